// What stays on the device: the visitor's token and what waits to be sent, from the first message on and not before. Where a
// browser keeps nothing for a page, or no more, the conversation lasts as long as the page.
//
// Tabs write side by side and no lock holds them apart, so each thing stands under a name of its own: what one tab writes
// takes nothing away that another one has just written.

import type { Waiting } from "./types";

export class Keep {
  token = "";
  waiting: Waiting[] = [];
  // The number of the last line that was seen.
  seen = 0;
  // The visitor wants to hear no sound.
  quiet = false;
  private _works = true;
  private readonly _name: string;

  constructor(assistant: string) {
    this._name = `frontdesk.${assistant}`;
    this.load();
  }

  see(seen: number): void {
    if (this.seen !== seen) this._put("seen", (this.seen = seen));
  }

  hush(quiet: boolean): void {
    this._put("quiet", (this.quiet = quiet));
  }

  // Other tabs may have written since.
  load(): void {
    if (!this._works) return;
    try {
      const found = this._read("") as { token?: unknown } | null;
      this.token = typeof found?.token === "string" ? found.token : "";
      this.seen = Number(this._read(".seen")) || 0;
      this.quiet = this._read(".quiet") === true;
      const names = Array.from({ length: localStorage.length }, (_, at) => localStorage.key(at) ?? "");
      const out = `${this._name}.out.`;
      const waiting = names.filter((name) => name.startsWith(out)).map((name) => this._read(name.slice(this._name.length)));
      this.waiting = waiting.filter(isWaiting).sort((a, b) => a.at - b.at);
    } catch {
      this._works = false;
    }
  }

  // Another token in the place of `before`, unless another tab was quicker.
  swap(before: string, token: string): void {
    this.load();
    if (this.token !== before) return;
    this.token = token;
    this._put("", { token });
  }

  // Behind what waits already, whatever the clock says.
  add(message: Waiting): void {
    this.load();
    const at = Math.max(message.at, (this.waiting.at(-1)?.at ?? 0) + 1);
    this.waiting = [...this.waiting, { ...message, at }];
    this._put(`out.${message.id}`, { ...message, at });
  }

  put(message: Waiting): void {
    this.load();
    if (!this.waiting.some((each) => each.id === message.id)) return;
    this.waiting = this.waiting.map((each) => (each.id === message.id ? message : each));
    this._put(`out.${message.id}`, message);
  }

  // One that could not be sent is tried once more.
  retry(id: string): void {
    const { why, ...message } = this.waiting.find((each) => each.id === id) ?? { id: "" };
    if (why !== undefined) this.put(message as Waiting);
  }

  drop(id: string): void {
    this.load();
    this.waiting = this.waiting.filter((each) => each.id !== id);
    this._put(`out.${id}`, null);
  }

  // Whether there is a conversation, or what is to begin one.
  get begun(): boolean {
    return !!this.token || this.waiting.length > 0;
  }

  // Whether a storage event was about what is kept here.
  isMine({ key }: StorageEvent): boolean {
    return key === null || key === this._name || key.startsWith(`${this._name}.`);
  }

  // What is no JSON was left there by somebody else.
  private _read(name: string): unknown {
    const found = localStorage.getItem(this._name + name);
    try {
      return JSON.parse(found ?? "null");
    } catch {
      return null;
    }
  }

  // Null takes it away.
  private _put(name: string, value: unknown): void {
    if (!this._works) return;
    const key = name ? `${this._name}.${name}` : this._name;
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(value));
    } catch {
      // What is there is older than what is here.
      this._works = false;
    }
  }
}

function isWaiting(given: unknown): given is Waiting {
  const found = given as Waiting | null;
  return !!found && typeof found.id === "string" && typeof found.text === "string" && typeof found.page === "object";
}

export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
