// What waits to be sent, or cannot be.

import type { Chat } from "./chat";
import { Icon, WAIT, WARN } from "./icon";
import type { Waiting } from "../wire/types";

export function Unsent({ chat, message }: { chat: Chat; message: Waiting }) {
  const Files = message.files && chat.files.get();
  const stuck = message.why !== undefined;
  return (
    <div class="me">
      <span class="vh">{chat.say("you")}</span>
      {message.text && (
        <div class="b wait" dir="auto">
          {message.text}
        </div>
      )}
      {Files ? (
        <Files.Going chat={chat} tray={chat.tray} message={message} />
      ) : (
        message.files?.map((file) => <div class="b wait" key={file.key}>{file.name}</div>)
      )}
      {stuck ? (
        <div class="meta bad" role="alert">
          <Icon path={WARN} /> {chat.say("not_sent")} {chat.why(message)}{" "}
          <button type="button" onClick={() => chat.retry(message.id)}>{chat.say("try_again")}</button>
          <button type="button" onClick={() => chat.drop(message.id)}>{chat.say("delete")}</button>
        </div>
      ) : (
        chat.trouble !== "" && (
          <div class="meta">
            <Icon path={WAIT} /> {chat.say("waiting")}
          </div>
        )
      )}
    </div>
  );
}
