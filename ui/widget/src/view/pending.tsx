// What waits to be sent, for as long as the part that draws the conversation is not here.

import type { Waiting } from "../wire/types";
import type { Chat } from "./chat";
import { Icon, WAIT } from "./icon";

export function Pending({ chat, message: { text, files = [] } }: { chat: Chat; message: Waiting }) {
  return (
    <div class="me">
      <span class="vh">{chat.say("you")}</span>
      {[text, ...files.map((file) => file.name)].map((each) => each && <div class="b wait" dir="auto">{each}</div>)}
      {chat.trouble && (
        <div class="meta">
          <Icon path={WAIT} /> {chat.say("waiting")}
        </div>
      )}
    </div>
  );
}
