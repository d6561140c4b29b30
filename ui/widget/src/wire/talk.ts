// The conversation: what was said, what waits to be sent, and how it stands. Sends in order and once, follows what is said
// while the window is open, and is the same in every tab.

import { Keep } from "./keep";
import { Refusal, Wire } from "./http";
import { told } from "./sse";
import { alone, randomId } from "./tabs";
import type { Line, Shown, State, Waiting } from "./types";

export type Trouble = "" | "offline" | "slow" | "refused";

const BACK_OFF_S = [1, 2, 4, 8, 15, 30];
const SILENT_MS = 40_000;
const MOST_LINES = 500;

export class Talk {
  lines: Line[] = [];
  state: State = {};
  more = false;
  trouble: Trouble = "";
  // A message is on its way, and its answer has not come.
  pending = false;
  draft = "";
  readonly keep: Keep;
  private of = "";
  private following: AbortController | null = null;
  private sending = false;
  private wanted = false;
  private tries = 0;
  private timer = 0;
  private readonly channel: BroadcastChannel | null;
  private readonly stored = (event: StorageEvent) => {
    if (!this.keep.isMine(event)) return;
    this.keep.load();
    this.changed();
  };
  private readonly online = () => this.again();

  constructor(private readonly wire: Wire, private readonly changed: () => void) {
    this.keep = new Keep(wire.assistant);
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(`frontdesk.${wire.assistant}`) : null;
    if (this.channel) this.channel.onmessage = (event) => this.take(event.data as Shown);
    addEventListener("storage", this.stored);
    addEventListener("online", this.online);
  }

  get last(): number {
    return this.lines.at(-1)?.n ?? 0;
  }

  // The window is open: everything is asked for, and followed from there.
  open(): void {
    this.wanted = true;
    this.again();
  }

  close(): void {
    this.wanted = false;
    this.following?.abort();
  }

  again(): void {
    clearTimeout(this.timer);
    void this.pump();
    if (this.wanted && this.keep.token) void this.follow();
  }

  async earlier(): Promise<void> {
    const first = this.lines[0]?.n;
    if (!first || !this.more) return;
    const found = await this.wire.ask<Shown>("GET", `lines?before=${first}`, this.keep.token);
    this.more = !!found.more;
    this.lines = [...found.lines, ...this.lines];
    this.changed();
  }

  say(message: Omit<Waiting, "id" | "at">): void {
    this.keep.add({ ...message, id: randomId(), at: Date.now() });
    this.changed();
    void this.pump();
  }

  retry(id: string): void {
    const { why, ...message } = this.keep.waiting.find((each) => each.id === id) ?? { id: "" };
    if (why !== undefined) this.keep.put(message as Waiting);
    this.again();
  }

  drop(id: string): void {
    this.keep.drop(id);
    this.changed();
  }

  end(): void {
    this.close();
    clearTimeout(this.timer);
    this.channel?.close();
    removeEventListener("storage", this.stored);
    removeEventListener("online", this.online);
  }

  // One tab at a time, so that no message goes out twice at once; if it did, its id would make it one.
  private async pump(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      await alone(`frontdesk.${this.wire.assistant}.send`, () => this.sendAll());
    } finally {
      this.sending = false;
      this.pending = false;
      this.changed();
    }
    if (this.wanted && this.keep.token && !this.following) void this.follow();
  }

  private async sendAll(): Promise<void> {
    for (;;) {
      this.keep.load();
      const next = this.keep.waiting.find((each) => !each.why);
      if (!next) return;
      try {
        await this.sendOne(next);
        this.well();
      } catch (error) {
        if (!this.failed(next, error)) return;
      }
    }
  }

  private async sendOne(next: Waiting): Promise<void> {
    this.pending = true;
    this.changed();
    if (!this.keep.token) await this.begin();
    const { id, text, payload, page } = next;
    const found = await this.wire.ask<Shown>("POST", "messages", this.keep.token, { id, text, payload, page, after: this.last });
    this.keep.drop(id);
    this.pending = !!found.open;
    this.tell(found);
  }

  private async begin(): Promise<void> {
    const made = await this.wire.ask<{ token: string }>("POST", "session", "");
    this.keep.set({ token: made.token });
  }

  // Whether the next one may be tried now.
  private failed(message: Waiting, error: unknown): boolean {
    if (error instanceof Refusal && error.status === 401 && this.keep.token) {
      this.keep.set({ token: "", read: 0 });
      this.lines = [];
      return true;
    }
    if (error instanceof Refusal && error.status < 500 && error.status !== 429) {
      this.keep.put({ ...message, why: error.message });
      return true;
    }
    const wait = error instanceof Refusal ? error.retryAfter : 0;
    this.trouble = error instanceof Refusal && error.status === 429 ? "slow" : "offline";
    this.later(wait);
    return false;
  }

  private well(): void {
    this.tries = 0;
    this.trouble = "";
  }

  private later(atLeast = 0): void {
    const pause = BACK_OFF_S[this.tries++] ?? 30;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.again(), Math.max(pause * (0.75 + Math.random() / 2), atLeast) * 1000);
    this.changed();
  }

  private async follow(): Promise<void> {
    if (this.following) return;
    const mine = (this.following = new AbortController());
    try {
      if (!this.lines.length) await this.first();
      // The tab that holds the lock listens for all; the others wait for it to go.
      await alone(`frontdesk.${this.wire.assistant}.listen`, () => this.listen(mine), mine.signal);
    } catch (error) {
      if (mine.signal.aborted) return;
      if (error instanceof Refusal && error.status === 401) this.keep.set({ token: "" });
      else if (!(error instanceof Refusal && error.status === 404)) this.trouble = this.tries ? "offline" : "";
      else return;
      this.following = null;
      this.later();
    } finally {
      if (this.following === mine) this.following = null;
    }
  }

  private async first(): Promise<void> {
    const renewed = await this.wire.ask<{ token: string }>("POST", "session", this.keep.token);
    if (renewed.token !== this.keep.token) this.keep.set({ token: renewed.token });
    const found = await this.wire.ask<Shown>("GET", "lines", this.keep.token);
    this.more = !!found.more;
    this.well();
    this.take(found);
  }

  private async listen(mine: AbortController): Promise<void> {
    const quiet = new AbortController();
    let watch = 0;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => quiet.abort(), SILENT_MS);
    };
    alive();
    try {
      const signal = AbortSignal.any([mine.signal, quiet.signal]);
      const answer = await this.wire.send("GET", `stream?after=${this.last}`, this.keep.token, signal);
      this.well();
      this.changed();
      if (!answer.body) return;
      for await (const each of told(answer.body, alive)) {
        if (each.event === "lines") this.tell(JSON.parse(each.data) as Shown);
      }
    } finally {
      clearTimeout(watch);
    }
    throw new Error("the stream ended");
  }

  private tell(found: Shown): void {
    this.take(found);
    this.channel?.postMessage(found);
  }

  private take(found: Shown): void {
    if (found.of && this.of && found.of !== this.of) return this.anew(found.of);
    this.of = found.of ?? this.of;
    const fresh = found.lines.filter((each) => each.n > this.last);
    this.lines = [...this.lines, ...fresh].slice(-MOST_LINES);
    this.state = found.state;
    this.changed();
  }

  // It was merged: everything is asked for again.
  private anew(of: string): void {
    this.of = of;
    this.lines = [];
    this.following?.abort();
    this.following = null;
    if (this.wanted) void this.follow();
  }
}
