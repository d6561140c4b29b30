// Fields for answers that a question asks for: a day, a time, or one of many. What is sent is what one would have typed.

import { Component } from "preact";
import type { Chat } from "../view/chat";
import { Choice } from "../view/choices";
import type { Button } from "../wire/types";

interface Moment {
  chat: Chat;
  kind: "date" | "time";
  text: string;
}

export class AskMoment extends Component<Moment, { value: string }> {
  override state = { value: "" };

  override render({ chat, kind, text }: Moment, { value }: { value: string }) {
    return (
      <form
        class="box"
        aria-label={text || chat.say(kind)}
        onSubmit={(event) => {
          event.preventDefault();
          if (value) chat.tap(value);
        }}
      >
        <div class="fld">
          <label for="fd-moment">{chat.say(kind)}</label>
          <input id="fd-moment" type={kind} value={value} lang={chat.language} onInput={(event) => this.setState({ value: event.currentTarget.value })} />
        </div>
        <button class="btn" disabled={!value}>
          {chat.say("continue")}
        </button>
      </form>
    );
  }
}

interface Many {
  chat: Chat;
  buttons: Button[];
}

const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

export class Pick extends Component<Many, { wanted: string }> {
  override state = { wanted: "" };

  override render({ chat, buttons }: Many, { wanted }: { wanted: string }) {
    const found = buttons.filter((button) => plain(button.title).includes(plain(wanted.trim())));
    return (
      <div class="box many" onKeyDown={walk}>
        <div class="fld">
          <label for="fd-find">{chat.say("find")}</label>
          <input id="fd-find" type="search" autoComplete="off" value={wanted} onInput={(event) => this.setState({ wanted: event.currentTarget.value })} />
          <small role="status">{chat.say("found", { n: found.length, most: buttons.length })}</small>
        </div>
        <div class="grp" role="group" aria-labelledby="fd-find">
          {found.map((button) => (
            <Choice key={button.title} chat={chat} button={button} live arrow={false} />
          ))}
        </div>
      </div>
    );
  }
}

// Arrows go from the field to the first and from one to the next; Enter in the field takes the only one that was found.
function walk(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("button")];
  const at = all.indexOf(event.target as HTMLElement);
  if (event.key === "Enter" && at < 0 && all.length === 1) {
    event.preventDefault();
    return all[0]?.click();
  }
  const to = { ArrowDown: at + 1, ArrowUp: Math.max(at, 0) - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  all[(to + all.length) % all.length]?.focus();
}
