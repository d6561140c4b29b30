// What every part of the window works with: the conversation, its words, and what a visitor can do with it.

import type { Host } from "../../../loader/src/guest";
import { type Key, LANGUAGE, said } from "../text/en";
import type { Talk } from "../wire/talk";
import type { Button } from "../wire/types";

export class Chat {
  // Of the words, which are what a screen reader reads out.
  readonly language = LANGUAGE;

  constructor(readonly host: Host, readonly talk: Talk) {}

  say(key: Key, values: Record<string, string | number> = {}): string {
    return said(key, values);
  }

  // What the visitor writes is said on the page that they are on.
  send(text: string): void {
    this.talk.say({ text, page: this.host.page() });
    this.host.emit("message", { by: "you", text });
  }

  tap(button: Button): void {
    const payload = button.payload && button.payload !== button.title ? { payload: button.payload } : {};
    this.talk.say({ text: button.title, page: this.host.page(), ...payload });
    this.host.emit("message", { by: "you", text: button.title });
  }

  time(at: number): string {
    return new Intl.DateTimeFormat(this.language, { hour: "2-digit", minute: "2-digit" }).format(at);
  }

  day(at: number): string {
    const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
    if (days < 2) return this.say(days < 1 ? "today" : "yesterday");
    return new Intl.DateTimeFormat(this.language, { day: "numeric", month: "long" }).format(at);
  }
}
