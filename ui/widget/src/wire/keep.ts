// What stays on the device: the visitor's token and what waits to be sent, from the first message on and not before. Where a
// browser keeps nothing for a page, or no more, the conversation lasts as long as the page.

import type { About, Waiting } from "./types";

interface Kept {
  token: string;
  waiting: Waiting[];
  // The number of the last line that was seen.
  seen: number;
  // The visitor wants to hear no sound.
  quiet: boolean;
  // What the visitor has said of themselves, and that the program does not know it yet.
  about: About | null;
  untold: boolean;
}

export class Keep {
  private _kept: Kept = { token: "", waiting: [], seen: 0, quiet: false, about: null, untold: false };
  private _works = true;
  readonly name: string;

  // `user`: who is signed in, empty for nobody.
  constructor(assistant: string, user = "") {
    this.name = user ? usersOf(assistant) + user : `frontdesk.${assistant}`;
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

  get about(): About | null {
    return this._kept.about;
  }

  get untold(): boolean {
    return this._kept.untold;
  }

  know(about: About, untold = true): void {
    this.load();
    this._set({ about, untold });
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
      const found = JSON.parse(localStorage.getItem(this.name) ?? "null") as Partial<Kept> | null;
      if (!found) return;
      this._kept = {
        token: typeof found.token === "string" ? found.token : "",
        waiting: Array.isArray(found.waiting) ? found.waiting.filter(isWaiting) : [],
        seen: Number(found.seen) || 0,
        quiet: found.quiet === true,
        about: found.about ?? null,
        untold: found.untold === true,
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

  // Where it was taken away, the device is somebody else's from now on: what still comes in is kept no more.
  close(): void {
    try {
      this._works = localStorage.getItem(this.name) !== null;
    } catch {
      this._works = false;
    }
  }

  // Whether there is a conversation, or what is to begin one.
  get begun(): boolean {
    return !!this.token || this.waiting.length > 0;
  }

  // Whether a storage event was about what is kept here.
  isMine(event: StorageEvent): boolean {
    return event.key === this.name;
  }

  private _set(changed: Partial<Kept>): void {
    this._kept = { ...this._kept, ...changed };
    if (!this._works) return;
    try {
      localStorage.setItem(this.name, JSON.stringify(this._kept));
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

const usersOf = (assistant: string) => `frontdesk.${assistant}.user.`;

// What other people who were signed in left on this device goes, and with them who wrote without being signed in. The answer
// is what opened their conversations.
export function leave(assistant: string, user: string): string[] {
  const tokens: string[] = [];
  try {
    const users = usersOf(assistant);
    const names = [...Object.keys(localStorage), ...Object.keys(sessionStorage)].filter((each) => each.startsWith(users));
    const gone = names.filter((each) => !user || (each !== users + user && each !== `${users}${user}.text`));
    if (gone.length && !user) gone.push(`frontdesk.${assistant}`, `frontdesk.${assistant}.text`);
    for (const name of gone) {
      const { token } = JSON.parse(name.endsWith(".text") ? "{}" : localStorage.getItem(name) ?? "{}") as Partial<Kept>;
      if (token && name.startsWith(users)) tokens.push(token);
      localStorage.removeItem(name);
      sessionStorage.removeItem(name);
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
