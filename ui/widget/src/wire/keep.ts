// What stays on the device: the visitor's token and what waits to be sent, from the first message on and not before. Where a
// browser keeps nothing for a page, or no more, the conversation lasts as long as the page.
//
// Tabs write side by side and no lock holds them apart, so each thing stands under a name of its own: what one tab writes
// takes nothing away that another one has just written.

import type { About, Waiting } from "./types";

export class Keep {
  token = "";
  waiting: Waiting[] = [];
  // The number of the last line that was seen.
  seen = 0;
  // The visitor wants to hear no sound.
  quiet = false;
  // What the visitor has said of themselves, and whether the program does not know it yet.
  about: About | null = null;
  untold = false;
  private _works = true;
  readonly name: string;

  // `user`: who is signed in, empty for nobody.
  constructor(assistant: string, user = "") {
    this.name = nameOf(assistant, user);
    this.load();
  }

  // Other tabs may have written since.
  load(): void {
    if (!this._works) return;
    try {
      const found = this._read("") as { token?: unknown } | null;
      this.token = typeof found?.token === "string" ? found.token : "";
      this.seen = Number(this._read(".seen")) || 0;
      this.quiet = this._read(".quiet") === true;
      this.about = this._read(".about") as About | null;
      this.untold = this._read(".untold") === true;
      const out = `${this.name}.out.`;
      const waiting = Object.keys(localStorage).filter((name) => name.startsWith(out)).map((name) => this._read(name.slice(this.name.length)));
      this.waiting = waiting.filter(isWaiting).sort((a, b) => a.at - b.at);
    } catch {
      this._works = false;
    }
  }

  // Behind what waits already, whatever the clock says.
  add(message: Waiting): void {
    this.load();
    const at = Math.max(message.at, (this.waiting.at(-1)?.at ?? 0) + 1);
    this.waiting = [...this.waiting, { ...message, at }];
    this.write(`out.${message.id}`, { ...message, at });
  }

  // Where all of it was taken away, the device is somebody else's from now on: what still comes in is kept no more.
  close(): void {
    try {
      this._works = Object.keys(localStorage).some((each) => isOf(each, this.name));
    } catch {
      this._works = false;
    }
  }

  // Whether there is a conversation, or what is to begin one.
  get begun(): boolean {
    return !!this.token || this.waiting.length > 0;
  }

  // What is no JSON was left there by somebody else.
  private _read(name: string): unknown {
    const found = localStorage.getItem(this.name + name);
    try {
      return JSON.parse(found ?? "null");
    } catch {
      return null;
    }
  }

  // Null takes it away.
  write(name: string, value: unknown): void {
    if (!this._works) return;
    const key = name ? `${this.name}.${name}` : this.name;
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(value, asIs));
    } catch {
      // What is there is older than what is here.
      this._works = false;
    }
  }
}

// Beside JSON.stringify: what a page lets lists make of themselves (`toJSON`) is not what we say.
export function asIs(this: Record<string, unknown>, key: string): unknown {
  return this[key];
}

function isWaiting(given: unknown): given is Waiting {
  const found = given as Waiting | null;
  return !!found && typeof found.id === "string" && typeof found.text === "string" && typeof found.page === "object";
}

// An id may have dots, which part names here.
const nameOf = (assistant: string, user: string) =>
  `frontdesk.${assistant}${user ? `.user.${encodeURIComponent(user).replaceAll(".", "%2E")}` : ""}`;
const isOf = (key: string, name: string) => key === name || key.startsWith(`${name}.`);

// What other people who were signed in left on this device goes, and where nobody is any more, all there is. The answer is
// what opened their conversations.
export function leave(assistant: string, user: string): string[] {
  const tokens: string[] = [];
  const ours = nameOf(assistant, "");
  const isOther = (each: string) => isOf(each, `${ours}.user`) && !(user && isOf(each, nameOf(assistant, user)));
  let others = false;
  try {
    for (const kept of [localStorage, sessionStorage]) {
      const names = Object.keys(kept);
      others ||= names.some(isOther);
      // Nor does the window stay as they left it.
      for (const name of names.filter((each) => others && (isOther(each) || isOf(each, user ? `${ours}.open` : ours)))) {
        const [, token] = /^{"token":"([^"]+)"/.exec(kept.getItem(name) ?? "") ?? [];
        if (isOther(name) && token) tokens.push(token);
        kept.removeItem(name);
        // The files that waited with it.
        indexedDB.deleteDatabase(`${name.replace(/\.out\.[^.]*$/, "")}.files`);
      }
    }
  } catch {
    // A page for which nothing is kept.
  }
  return tokens;
}

export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
