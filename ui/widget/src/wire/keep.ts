// What stays on the device: the visitor's token and what waits to be sent, from the first message on and not before. Where a
// browser keeps nothing for a page, the conversation lasts as long as the page.

import type { Waiting } from "./types";

interface Kept {
  token: string;
  read: number;
  waiting: Waiting[];
}

export class Keep {
  private kept: Kept = { token: "", read: 0, waiting: [] };
  private readonly name: string;

  constructor(assistant: string) {
    this.name = `frontdesk.${assistant}`;
    this.load();
  }

  get token(): string {
    return this.kept.token;
  }

  get read(): number {
    return this.kept.read;
  }

  get waiting(): Waiting[] {
    return this.kept.waiting;
  }

  // Other tabs may have written since.
  load(): void {
    try {
      const found = JSON.parse(localStorage.getItem(this.name) ?? "null") as Partial<Kept> | null;
      if (!found) return;
      this.kept = {
        token: typeof found.token === "string" ? found.token : "",
        read: typeof found.read === "number" ? found.read : 0,
        waiting: Array.isArray(found.waiting) ? found.waiting.filter(isWaiting) : [],
      };
    } catch {
      // Nothing is kept here.
    }
  }

  set(changed: Partial<Kept>): void {
    this.load();
    this.kept = { ...this.kept, ...changed };
    try {
      localStorage.setItem(this.name, JSON.stringify(this.kept));
    } catch {
      // It lasts as long as the page.
    }
  }

  add(message: Waiting): void {
    this.load();
    this.set({ waiting: [...this.kept.waiting, message] });
  }

  put(message: Waiting): void {
    this.load();
    this.set({ waiting: this.kept.waiting.map((each) => (each.id === message.id ? message : each)) });
  }

  drop(id: string): void {
    this.load();
    this.set({ waiting: this.kept.waiting.filter((each) => each.id !== id) });
  }

  // Whether a storage event was about what is kept here.
  isMine(event: StorageEvent): boolean {
    return event.key === this.name;
  }
}

function isWaiting(given: unknown): given is Waiting {
  const found = given as Waiting | null;
  return !!found && typeof found.id === "string" && typeof found.text === "string" && typeof found.page === "object";
}
