// The conversation: what was said, what waits to be sent, and how it stands. Sends in order and once, follows what is said
// while the window is open, and is the same in every tab.

import { Keep } from "./keep";
import { Refusal, type Wire } from "./http";
import { Lines } from "./lines";
import { Outbox } from "./outbox";
import { told } from "./sse";
import { alone, either, randomId } from "./tabs";
import type { Line, Shown, State, Waiting } from "./types";

export type Trouble = "" | "offline" | "slow";

const BACK_OFF_S = [1, 2, 4, 8, 15, 30];
const SILENT_MS = 40_000;

export class Talk {
  state: State = {};
  trouble: Trouble = "";
  // A message is on its way, and its answer has not come.
  pending = false;
  // What was said before this page is here.
  loaded = false;
  readonly keep: Keep;
  said = new Lines();
  private of = "";
  private readonly outbox = new Outbox(this);
  private following: AbortController | null = null;
  private wanted = false;
  ended = false;
  private tries = 0;
  private timer = 0;
  private readonly channel: BroadcastChannel | null;
  private readonly stored = (event: StorageEvent) => {
    if (!this.keep.isMine(event)) return;
    this.keep.load();
    this.changed();
  };
  private readonly online = () => this.again();

  constructor(readonly wire: Wire, readonly changed: () => void) {
    this.keep = new Keep(wire.assistant);
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(`frontdesk.${wire.assistant}`) : null;
    if (this.channel) this.channel.onmessage = (event) => this.overheard(event.data as Shown);
    addEventListener("storage", this.stored);
    addEventListener("online", this.online);
  }

  get lines(): Line[] {
    return this.said.all;
  }

  get more(): boolean {
    return this.said.more;
  }

  // The window is open: everything is asked for, and followed from there.
  open(): void {
    this.wanted = true;
    this.again();
  }

  close(): void {
    this.wanted = false;
    this.following?.abort();
    this.following = null;
  }

  again(): void {
    clearTimeout(this.timer);
    if (this.ended) return;
    void this.outbox.pump().then(() => this.followed());
    this.followed();
  }

  private followed(): void {
    if (this.wanted && this.keep.token) void this.follow();
  }

  async earlier(): Promise<void> {
    const first = this.lines[0]?.n;
    if (!first || !this.more) return;
    const found = await this.wire.ask<Shown>("GET", `lines?before=${first}`, this.keep.token);
    this.said.more = !!found.more;
    this.said.put(found);
    this.changed();
  }

  say(message: Omit<Waiting, "id" | "at">): void {
    this.keep.add({ ...message, id: randomId(), at: Date.now() });
    this.changed();
    void this.outbox.pump().then(() => this.followed());
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
    this.ended = true;
    this.close();
    clearTimeout(this.timer);
    this.channel?.close();
    removeEventListener("storage", this.stored);
    removeEventListener("online", this.online);
  }

  // The program does not know this token any more; another tab may have a newer one already.
  forget(token: string): void {
    this.keep.swap(token, "");
    if (!this.keep.token) this.anew("");
  }

  well(): void {
    this.tries = 0;
    this.trouble = "";
  }

  later(atLeast = 0): void {
    const pause = BACK_OFF_S[this.tries++] ?? 30;
    clearTimeout(this.timer);
    if (!this.ended) this.timer = setTimeout(() => this.again(), Math.max(pause * (0.75 + Math.random() / 2), atLeast) * 1000);
    this.changed();
  }

  private async follow(): Promise<void> {
    if (this.following) return;
    const mine = (this.following = new AbortController());
    const token = this.keep.token;
    try {
      if (!this.loaded) await this.first();
      // The tab that holds the lock listens for all; the others wait for it to go.
      await alone(`frontdesk.${this.wire.assistant}.listen`, () => this.listen(mine), mine.signal);
    } catch (error) {
      if (mine.signal.aborted) return;
      this.following = null;
      if (error instanceof Refusal && error.status === 404) return;
      if (error instanceof Refusal && error.status === 401) this.forget(token);
      this.trouble = this.tries ? "offline" : this.trouble;
      this.later();
    }
  }

  async first(): Promise<void> {
    await alone(`frontdesk.${this.wire.assistant}.session`, () => this.renew());
    const found = await this.wire.ask<Shown>("GET", "lines", this.keep.token);
    this.said.more = !!found.more;
    this.loaded = true;
    this.well();
    this.take(found);
  }

  private async renew(): Promise<void> {
    this.keep.load();
    const token = this.keep.token;
    const found = await this.wire.ask<{ token: string }>("POST", "session", token);
    if (found.token !== token) this.keep.swap(token, found.token);
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
      const signal = either(mine.signal, quiet.signal);
      const answer = await this.wire.send("GET", `stream?after=${this.said.upto}`, this.keep.token, signal);
      this.well();
      this.changed();
      if (!answer.body) return;
      for await (const each of told(answer.body, alive)) {
        if (each.event === "lines") await this.tell(JSON.parse(each.data) as Shown);
      }
    } finally {
      clearTimeout(watch);
    }
    throw new Error("the stream ended");
  }

  async tell(found: Shown): Promise<void> {
    await this.taken(found);
    this.channel?.postMessage(found);
  }

  // What another tab was told.
  private overheard(found: Shown): void {
    if (this.loaded) void this.taken(found).catch(() => this.later());
  }

  // With what this tab has missed before it.
  private async taken(found: Shown): Promise<void> {
    const same = !this.of || !found.of || found.of === this.of;
    while (same && this.said.lacks(found)) {
      const missed = await this.wire.ask<Shown>("GET", `lines?after=${this.said.upto}`, this.keep.token);
      if (!missed.lines.length) break;
      this.take(missed);
    }
    this.take(found);
  }

  private take(found: Shown): void {
    if (found.of && this.of && found.of !== this.of) return this.anew(found.of);
    this.of = found.of ?? this.of;
    const before = this.said.upto;
    this.said.put(found);
    if (found.lines.some((line) => line.n > before && line.by !== "you")) this.pending = false;
    this.state = found.state;
    this.changed();
  }

  // It is another conversation than before: merged, or begun anew. Everything is asked for again.
  private anew(of: string): void {
    this.of = of;
    this.said = new Lines();
    this.loaded = false;
    this.following?.abort();
    this.following = null;
    if (this.wanted && this.keep.token) void this.follow();
  }
}
