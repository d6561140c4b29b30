// What the window says of how the conversation stands, and whose it is.

import type { RefObject } from "preact";
import type { Chat } from "../view/chat";
import { Icon } from "../view/icon";

const MORE = "M4.5 10h.01M10 10h.01M15.5 10h.01";

export function status(chat: Chat): string {
  const { owner, person, place, away } = chat.talk?.state ?? {};
  if (owner === "queued") return away ? chat.say("away") : place ? chat.say("place", { n: place }) : chat.say("in_line");
  if (owner === "human") return person ? chat.name : chat.say("person");
  if (owner === "closed") return chat.say("ended");
  return chat.say("assistant");
}

// Opens and closes the menu.
export function opener(chat: Chat, menu: boolean, button: RefObject<HTMLButtonElement | null>, toggle: () => void) {
  if (!chat.talk?.lines.length) return null;
  return (
    <button type="button" class="ib" aria-label={chat.say("menu")} aria-haspopup="menu" aria-expanded={menu} ref={button} onClick={toggle}>
      <Icon path={MORE} />
    </button>
  );
}

// Another conversation knows nothing of the one before. That one stays as it is, and is not shown here any more.
export function ended(chat: Chat) {
  const { talk } = chat;
  if (talk?.state.owner !== "closed") return null;
  const anew = () => {
    talk.forget(chat.keep.token);
    chat.changed();
  };
  return (
    <p class="note ends">
      {chat.say("ended")}{" "}
      <button type="button" onClick={anew}>{chat.say("anew")}</button>
    </p>
  );
}

export function slow(chat: Chat) {
  const { trouble } = chat;
  const { base, options: { assistant } } = chat.host;
  if (!trouble || trouble === "offline") return null;
  return (
    <p class="note bad" role="status">
      {chat.say(trouble)}{" "}
      {trouble === "why_closed" && <a href={`${base}/chat/${assistant}`} target="_blank" rel="noopener">{chat.say("chat_page")}</a>}
    </p>
  );
}
