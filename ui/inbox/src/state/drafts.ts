// Half-written replies and notes, one of each for every conversation, kept in the browser until they are sent.

export type Mode = "reply" | "note";
export interface Draft {
  text: string;
  at: number; // ms, when it was last changed
  held?: string[]; // places that saved replies brought with nothing to put into them
}

const KEEP_MS = 30 * 86_400_000;
const MOST = 200;

export class Drafts {
  private readonly prefix: string;

  constructor(
    owner: string,
    private readonly storage: Storage,
  ) {
    this.prefix = `frontdesk.draft.${owner}.`;
  }

  get(conversation: string, mode: Mode): Draft | null {
    try {
      const found = JSON.parse(this.storage.getItem(this.key(conversation, mode)) ?? "null") as Draft | null;
      return found && typeof found.text === "string" ? found : null;
    } catch {
      return null;
    }
  }

  // Answers whether it was kept; a full storage drops the oldest drafts once and tries again.
  put(conversation: string, mode: Mode, text: string, now: number, held: readonly string[] = []): boolean {
    const key = this.key(conversation, mode);
    if (text === "") {
      this.storage.removeItem(key);
      return true;
    }
    const value = JSON.stringify({ text, at: now, ...(held.length ? { held: [...held] } : {}) } satisfies Draft);
    for (const most of [MOST, 10]) {
      try {
        this.storage.setItem(key, value);
        return true;
      } catch {
        this.tidy(now, most);
      }
    }
    return false;
  }

  // Forgets what nobody came back to.
  tidy(now: number, most = MOST): void {
    const found: [string, number][] = [];
    for (let index = 0; index < this.storage.length; index += 1) {
      const key = this.storage.key(index);
      if (!key?.startsWith(this.prefix)) continue;
      let at = 0;
      try {
        at = (JSON.parse(this.storage.getItem(key) ?? "{}") as Partial<Draft>).at ?? 0;
      } catch {
        // Not ours any more: goes first.
      }
      found.push([key, at]);
    }
    found.sort(([, a], [, b]) => b - a);
    found.forEach(([key, at], index) => {
      if (index >= most || now - at > KEEP_MS) this.storage.removeItem(key);
    });
  }

  private key(conversation: string, mode: Mode): string {
    return `${this.prefix}${conversation}.${mode}`;
  }
}
