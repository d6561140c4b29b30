// What stays on the device: the visitor's token and what waits to be sent, from the first message on and not before. Where a
// browser keeps nothing for a page, or no more, the conversation lasts as long as the page.

import type { Waiting } from "./types";

interface Kept {
  token: string;
  waiting: Waiting[];
  // The number of the last line that was seen.
  seen: number;
  // The visitor wants to hear no sound.
  quiet: boolean;
}

export class Keep {
  private _kept: Kept = { token: "", waiting: [], seen: 0, quiet: false };
  private _works = true;
  private readonly _name: string;

  constructor(assistant: string) {
    this._name = `frontdesk.${assistant}`;
    this.load();
  }

  get token(): string {
    return this._kept.token;
  }

  get waiting(): Waiting[] {
    return this._kept.waiting;
  }

  get seen(): number {
    return this._kept.seen;
  }

  get quiet(): boolean {
    return this._kept.quiet;
  }

  see(seen: number): void {
    this.load();
    if (this._kept.seen !== seen) this._set({ seen });
  }

  hush(quiet: boolean): void {
    this.load();
    this._set({ quiet });
  }

  // Other tabs may have written since.
  load(): void {
    if (!this._works) return;
    try {
      const found = JSON.parse(localStorage.getItem(this._name) ?? "null") as Partial<Kept> | null;
      if (!found) return;
      this._kept = {
        token: typeof found.token === "string" ? found.token : "",
        waiting: Object.values(found.waiting ?? {}).filter(isWaiting),
        seen: Number(found.seen) || 0,
        quiet: found.quiet === true,
      };
    } catch {
      this._works = false;
    }
  }

  // Another token in the place of `before`, unless another tab was quicker.
  swap(before: string, token: string): void {
    this.load();
    if (this._kept.token === before) this._set({ token });
  }

  add(message: Waiting): void {
    this.load();
    this._set({ waiting: [...this._kept.waiting, message] });
  }

  put(message: Waiting): void {
    this.load();
    this._set({ waiting: this._kept.waiting.map((each) => (each.id === message.id ? message : each)) });
  }

  // One that could not be sent is tried once more.
  retry(id: string): void {
    const { why, ...message } = this.waiting.find((each) => each.id === id) ?? { id: "" };
    if (why !== undefined) this.put(message as Waiting);
  }

  drop(id: string): void {
    this.load();
    this._set({ waiting: this._kept.waiting.filter((each) => each.id !== id) });
  }

  // Whether there is a conversation, or what is to begin one.
  get begun(): boolean {
    return !!this.token || this.waiting.length > 0;
  }

  // Whether a storage event was about what is kept here.
  isMine(event: StorageEvent): boolean {
    return event.key === this._name;
  }

  private _set(changed: Partial<Kept>): void {
    this._kept = { ...this._kept, ...changed };
    if (!this._works) return;
    try {
      const { waiting } = this._kept;
      // On some pages lists have a way of their own to become JSON, which is a text.
      const listed = "toJSON" in waiting ? { ...waiting } : waiting;
      localStorage.setItem(this._name, JSON.stringify({ ...this._kept, waiting: listed }));
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
