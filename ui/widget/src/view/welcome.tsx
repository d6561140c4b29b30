// What is read before anybody has written.

import type { Chat } from "./chat";
import { Avatar, GO, Icon } from "./icon";

export function Welcome({ chat }: { chat: Chat }) {
  const { welcome, starters, avatar } = chat.host.options;
  return (
    <>
      <p class="hero" dir="auto">
        {welcome || chat.say("hello")}
      </p>
      <div class="who">
        {avatar && (
          <span>
            <Avatar chat={chat} />
          </span>
        )}
        <p>{chat.say("at_once")}</p>
      </div>
      {starters.length > 0 && !chat.barred && (
        <div class="push">
          <div class="grp">
            {starters.map((text) => (
              <button key={text} onClick={() => chat.tap(text)}>
                <bdi>{text}</bdi>
                <Icon path={GO} kind="flip" />
              </button>
            ))}
          </div>
        </div>
      )}
    </>
  );
}
