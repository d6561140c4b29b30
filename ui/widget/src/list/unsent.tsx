// What waits to be sent, or cannot be.

import { kinds } from "../text/size";
import type { Key } from "../text/words";
import type { Chat } from "../view/chat";
import { Icon, WAIT, WARN } from "../view/icon";
import { picked } from "./moment";
import { drop, retry } from "../wire/kept";
import type { Waiting } from "../wire/types";

export function Unsent({ chat, message }: { chat: Chat; message: Waiting }) {
  const Files = message.files && chat.files.get();
  const stuck = message.why !== undefined;
  return (
    <div class="me">
      <span class="vh">{chat.say("you")}</span>
      {message.text && (
        <div class="b wait" dir="auto">
          {picked(chat.language, chat.talk?.lines ?? [], message.text)}
        </div>
      )}
      {Files ? (
        <Files.Going chat={chat} tray={chat.tray} message={message} />
      ) : (
        message.files?.map((file) => <div class="b wait" key={file.key}>{file.name}</div>)
      )}
      {stuck ? (
        <div class="meta bad" role="alert">
          <Icon path={WARN} /> {chat.say("not_sent")} {why(chat, message)}{" "}
          <button type="button" onClick={() => again(chat, message)}>{chat.say("try_again")}</button>
          <button type="button" onClick={() => forget(chat, message)}>{chat.say("delete")}</button>
        </div>
      ) : (
        chat.trouble !== "" && (
          <div class="meta">
            <Icon path={WAIT} /> {chat.say(chat.trouble === "why_closed" ? "kept" : "waiting")}
          </div>
        )
      )}
    </div>
  );
}

// What was kept before an update may be words in place of a key.
function why(chat: Chat, { why }: Waiting): string {
  return chat.say(why as Key, { list: kinds(chat.host.options.files?.accept) }) || chat.say("why_other");
}

function again(chat: Chat, { id }: Waiting): void {
  retry(chat.keep, id);
  chat.again();
}

function forget(chat: Chat, message: Waiting): void {
  chat.tray?.forget(message);
  drop(chat.keep, message.id);
  chat.changed();
}
