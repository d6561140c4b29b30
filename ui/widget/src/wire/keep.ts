// What stays on the device: the visitor's token and what waits to be sent, from the first message on and not before. Where a
// browser keeps nothing for a page, or no more, the conversation lasts as long as the page.

import type { Waiting } from "./types";

interface Kept {
  token: string;
  waiting: Waiting[];
}

export class Keep {
  private kept: Kept = { token: "", waiting: [] };
  private works = true;
  private readonly name: string;

  constructor(assistant: string) {
    this.name = `frontdesk.${assistant}`;
    this.load();
  }

  get token(): string {
    return this.kept.token;
  }

  get waiting(): Waiting[] {
    return this.kept.waiting;
  }

  // Other tabs may have written since.
  load(): void {
    if (!this.works) return;
    try {
      const found = JSON.parse(localStorage.getItem(this.name) ?? "null") as Partial<Kept> | null;
      if (!found) return;
      this.kept = {
        token: typeof found.token === "string" ? found.token : "",
        waiting: Array.isArray(found.waiting) ? found.waiting.filter(isWaiting) : [],
      };
    } catch {
      this.works = false;
    }
  }

  // Another token in the place of `before`, unless another tab was quicker.
  swap(before: string, token: string): void {
    this.load();
    if (this.kept.token === before) this.set({ token });
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

  private set(changed: Partial<Kept>): void {
    this.kept = { ...this.kept, ...changed };
    if (!this.works) return;
    try {
      localStorage.setItem(this.name, JSON.stringify(this.kept));
    } catch {
      // What is there is older than what is here.
      this.works = false;
    }
  }
}

function isWaiting(given: unknown): given is Waiting {
  const found = given as Waiting | null;
  return !!found && typeof found.id === "string" && typeof found.text === "string" && typeof found.page === "object";
}
