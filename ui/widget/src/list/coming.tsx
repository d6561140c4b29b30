// What is about to be said: as far as it is written, or that somebody writes.

import type { Chat } from "../view/chat";
import { Words } from "../view/parts";
import { Row } from "./groups";
import type { Talk } from "../talk/talk";

export function Coming({ chat, talk }: { chat: Chat; talk: Talk }) {
  const { owner = "bot", person } = talk.state;
  const byBot = owner === "bot" || owner === "closed";
  if (talk.draft) {
    return (
      <Row chat={chat} last>
        <Words text={talk.draft} />
      </Row>
    );
  }
  if (byBot ? !talk.pending : !talk.writing) return null;
  const name = person || chat.say("person");
  const label = byBot ? chat.say("typing") : chat.say("writes", { name });
  return (
    <Row chat={chat} last name={byBot ? "" : name}>
      <div class="dots" role="img" aria-label={label}>
        <i />
        <i />
        <i />
      </div>
    </Row>
  );
}
