// What can be tapped: buttons of a message, quick replies, and the first questions.

import { REL, safe } from "../text/links";
import type { Button } from "../wire/types";
import type { Chat } from "./chat";
import { EXT, GO, Icon } from "./icon";

interface Props {
  chat: Chat;
  buttons: Button[];
  // Whether they can be used yet: nothing was said after them.
  live: boolean;
  quick: boolean;
}

const MANY = 7;

export function Choices({ chat, buttons, live, quick }: Props) {
  if (buttons.length > MANY && !buttons.some((each) => each.url)) {
    const forms = live && chat.forms.get();
    return forms ? <forms.Pick chat={chat} buttons={buttons} /> : null;
  }
  return (
    <div class={quick ? "qr" : "grp"}>
      {buttons.map((button, at) => (
        <Choice key={at} chat={chat} button={button} live={live} arrow={!quick} />
      ))}
    </div>
  );
}

export function Choice({ chat, button, live, arrow }: { chat: Chat; button: Button; live: boolean; arrow: boolean }) {
  const { title, url } = button;
  const href = safe(url);
  if (url && !href) return null;
  if (href) {
    return (
      <a href={href} target="_blank" rel={REL}>
        <bdi>{title}</bdi>
        {arrow && <Icon path={EXT} kind="flip" />}
      </a>
    );
  }
  return (
    <button type="button" disabled={!live} class={live ? "" : "off"} onClick={() => chat.tap(title, button.payload)}>
      <bdi>{title}</bdi>
      {arrow && <Icon path={GO} kind="flip" />}
    </button>
  );
}
