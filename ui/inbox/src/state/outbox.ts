// Messages on their way: written down before they are sent, in order within a conversation, until the server has them.
//
//   waiting --send--> sending --201--> gone
//      ^                 |--no line, busy--> waiting (later)
//      |                 |--409 moved on---> held (shown what is new; sent anyway or taken back)
//      `--try again--    `--refused--------> failed
// The server knows a `client_id` it has seen, so sending twice is once. Other tabs leave an entry alone while its tab lives;
// what they know of it is what is written down, together with what was dropped or sent by any of them.
import { Problem, passes } from "../api/http";
import type { NewMessage } from "../api/desk";
import type { Message } from "../api/types";

export type OutState = "waiting" | "sending" | "held" | "failed";

export interface Out {
  client_id: string;
  conversation_id: string;
  body: NewMessage;
  at: number;
  state: OutState;
  detail: string;
}

export interface Wire {
  say(conversation: string, body: NewMessage): Promise<Message>;
  said(conversation: string, message: Message, out: Out): void;
  refused(out: Out, problem: Problem): void;
  changed(): void;
  lock(name: string, run: () => Promise<void>): Promise<boolean>; // false: another tab has it
  wait(wait_ms: number): Promise<void>;
}

const MOST_WAIT_MS = 30_000;
const MOST_GONE = 200;

export class Outbox {
  private entries: Out[] = [];
  private readonly running = new Set<string>();
  private readonly gone = new Set<string>();
  private readonly key: string;
  private full = false;
  private readonly settlers = new Map<string, (() => void)[]>();

  constructor(
    owner: string,
    private readonly storage: Storage,
    private readonly wire: Wire,
  ) {
    this.key = `frontdesk.outbox.${owner}`;
  }

  // Takes up what an earlier page left, and starts sending it.
  open(): void {
    this.entries = this.stored().map((out) => (out.state === "sending" ? { ...out, state: "waiting" as const } : out));
    this.wire.changed();
    this.flush();
  }

  // Another tab has written: what it dropped or sent is gone here too, what it was told holds here too.
  heed(): void {
    this.sync();
    this.wire.changed();
  }

  get keys(): readonly string[] {
    return [this.key, this.goneKey];
  }

  of(conversation: string): readonly Out[] {
    return this.entries.filter((out) => out.conversation_id === conversation);
  }

  find(client_id: string): Out | undefined {
    return this.entries.find((out) => out.client_id === client_id);
  }

  add(conversation_id: string, body: NewMessage, now: number): void {
    this.sync();
    this.entries = [...this.entries, { client_id: body.client_id, conversation_id, body, at: now, state: "waiting", detail: "" }];
    this.write();
    void this.run(conversation_id);
  }

  again(client_id: string, expected_seq?: number): void {
    this.sync();
    const out = this.find(client_id);
    if (!out) return;
    const body = { ...out.body };
    if (expected_seq === undefined) delete body.expected_seq;
    else body.expected_seq = expected_seq;
    this.update(client_id, { state: "waiting", detail: "", body });
    void this.run(out.conversation_id);
  }

  drop(client_id: string): Out | undefined {
    const out = this.find(client_id);
    this.remove(client_id);
    return out;
  }

  // The feed brought it: the answer to our request may be lost, the message is not.
  seen(client_id: string | null): void {
    if (client_id && this.find(client_id)) this.remove(client_id);
  }

  flush(): void {
    for (const conversation of new Set(this.entries.map((out) => out.conversation_id))) void this.run(conversation);
  }

  // When no line of the conversation is on its way any more, or none gets through.
  settled(conversation: string): Promise<void> {
    if (!this.running.has(conversation)) return Promise.resolve();
    return new Promise((done) => this.settlers.set(conversation, [...(this.settlers.get(conversation) ?? []), done]));
  }

  private settle(conversation: string): void {
    const waiting = this.settlers.get(conversation) ?? [];
    this.settlers.delete(conversation);
    for (const done of waiting) done();
  }

  private async run(conversation: string): Promise<void> {
    if (this.running.has(conversation)) return;
    this.running.add(conversation);
    try {
      const free = await this.wire.lock(`${this.key}.${conversation}`, () => this.work(conversation));
      this.settle(conversation);
      if (!free) await this.wire.wait(1000);
    } finally {
      this.running.delete(conversation);
      this.settle(conversation);
    }
    this.sync();
    if (this.next(conversation)) void this.run(conversation);
  }

  private async work(conversation: string): Promise<void> {
    this.sync();
    for (let tries = 0, out = this.next(conversation); out; this.sync(), out = this.next(conversation)) {
      this.update(out.client_id, { state: "sending" });
      try {
        const message = await this.wire.say(conversation, out.body);
        this.remove(out.client_id);
        this.wire.said(conversation, message, out);
        tries = 0;
      } catch (error) {
        if (passes(error) || !(error instanceof Problem)) {
          this.update(out.client_id, { state: "waiting" });
          this.settle(conversation);
          await this.wire.wait(Math.min(MOST_WAIT_MS, 500 * 2 ** Math.min(tries, 6)));
          tries += 1;
        } else {
          this.update(out.client_id, { state: error.code === "conversation_moved_on" ? "held" : "failed", detail: error.detail });
          this.wire.refused(this.find(out.client_id) ?? out, error);
        }
      }
    }
  }

  // Order is kept: what is held or failed before it does not stop a message, what waits before it does.
  private next(conversation: string): Out | undefined {
    return this.entries.find((out) => out.conversation_id === conversation && (out.state === "waiting" || out.state === "sending"));
  }

  private update(client_id: string, part: Partial<Out>): void {
    this.sync();
    this.entries = this.entries.map((out) => (out.client_id === client_id ? { ...out, ...part } : out));
    this.write();
  }

  private remove(client_id: string): void {
    this.sync();
    this.gone.add(client_id);
    this.entries = this.entries.filter((out) => out.client_id !== client_id);
    this.write();
  }

  // Only our own entries are written over: another tab may have added some to the same place.
  private write(): void {
    const ours = new Set(this.entries.map((out) => out.client_id));
    const others = this.stored().filter((out) => !ours.has(out.client_id) && !this.gone.has(out.client_id));
    try {
      this.storage.setItem(this.key, JSON.stringify([...others, ...this.entries]));
      this.storage.setItem(this.goneKey, JSON.stringify([...this.gone].slice(-MOST_GONE)));
      this.full = false;
    } catch {
      // A full storage: it is still sent from memory, it only would not survive a reload.
      this.full = true;
    }
    this.wire.changed();
  }

  // What is written down is newer than what we remember, unless ours could not be written down.
  private sync(): void {
    for (const client_id of this.listed<string>(this.goneKey)) this.gone.add(client_id);
    const known = new Map(this.full ? [] : this.stored().map((out) => [out.client_id, out]));
    this.entries = this.entries.filter((out) => !this.gone.has(out.client_id)).map((out) => known.get(out.client_id) ?? out);
  }

  private get goneKey(): string {
    return `${this.key}.gone`;
  }

  private stored(): Out[] {
    return this.listed<Out>(this.key);
  }

  private listed<T>(key: string): T[] {
    try {
      const found = JSON.parse(this.storage.getItem(key) ?? "[]") as T[];
      return Array.isArray(found) ? found : [];
    } catch {
      return [];
    }
  }
}
