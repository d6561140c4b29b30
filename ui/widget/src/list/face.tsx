// Who speaks: the assistant's bell, or a person's first letters.

import type { Chat } from "../view/chat";
import { Avatar } from "../view/icon";

export function Face({ chat, name = "", online = false }: { chat: Chat; name?: string; online?: boolean }) {
  if (!name) return <Avatar chat={chat} />;
  const letters = name.split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("").toUpperCase();
  return (
    <span class={`av p${online ? " on" : ""}`} aria-hidden="true">
      {letters}
    </span>
  );
}
