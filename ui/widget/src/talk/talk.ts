// The conversation: what was said, what waits to be sent, and how it stands. Sends in order and once, follows what is said
// while the window is open, and is the same in every tab.

import { Follow } from "./follow";
import { Wire } from "./http";
import { Lines } from "./lines";
import { Others } from "./others";
import { Outbox } from "./outbox";
import type { Signing } from "./signing";
import type { Keep } from "../wire/keep";
import { see, swap } from "../wire/kept";
import type { Asked, Carry, Line, News, Shown, State } from "../wire/types";
import { Session } from "./session";

export type Trouble = "" | "offline" | "slow" | "crowded" | "asked_often" | "why_closed";

const TYPES_EVERY_MS = 4000;
const TYPES_WITHIN_MS = 5000;

export class Talk {
  state: State = {};
  trouble: Trouble = "";
  // A message is on its way, and its answer has not come.
  pending = false;
  // What is being written as an answer, as far as it is checked.
  draft = "";
  // A person writes just now.
  writing = false;
  // Nothing is sent until it is said.
  asked: Asked | null = null;
  // What was said before this page is here.
  loaded = false;
  readonly wire: Wire;
  private readonly _session: Session;
  said = new Lines();
  private _of = "";
  private readonly _outbox = new Outbox(this);
  private readonly _follow: Follow;
  private _wanted = false;
  private _toldAt = -TYPES_EVERY_MS;
  ended = false;
  private readonly _others: Others;
  private readonly _online = () => this.again();

  constructor(
    base: string,
    assistant: string,
    readonly keep: Keep,
    private readonly _changed: () => void,
    private readonly _news: () => void,
    readonly signing: Signing,
    readonly carry: Carry = (_, post) => post([]),
  ) {
    this.wire = new Wire(base, assistant);
    this._follow = new Follow(this);
    this._session = new Session(this.wire, keep, signing);
    this._others = new Others(this);
    addEventListener("online", this._online);
  }

  // Of what has ended nothing is shown any more, whatever still comes.
  readonly changed = () => void (this.ended || this._changed());

  get lines(): Line[] {
    return this.said.all;
  }

  // What our side said since the window was open last.
  get unread(): number {
    return this.said.ours(this.keep.seen);
  }

  // The window is open: everything is asked for, and followed from there.
  open(): void {
    this._wanted = true;
    if (this.isBegun) see(this.keep, this.said.upto);
    this.again();
  }

  close(): void {
    this._wanted = false;
    this.rest();
  }

  // Whether it is followed: somebody looks, or is to be told that something came.
  get follows(): boolean {
    const { owner } = this.state;
    return !this.ended && (this._wanted || this.pending || owner === "queued" || owner === "human");
  }

  // Somebody has said something.
  get isBegun(): boolean {
    return this._of !== "";
  }

  rest(): void {
    if (!this.follows) this._follow.end();
  }

  again(): void {
    this._follow.soon();
    if (this.ended) return;
    void this._outbox.pump().then(() => this._followed());
    this._followed();
  }

  private _followed(): void {
    const { barred, who } = this.signing;
    if (!barred && (this.keep.token || who()) && (this.follows || !this.loaded)) void this._follow.begin();
  }

  async earlier(): Promise<void> {
    const first = this.lines[0]?.n;
    if (!first || !this.said.more) return;
    const found = await this.wire.ask<Shown>("GET", `lines?before=${first}`, this.keep.token);
    this.said.more = !!found.more;
    this.said.put(found);
    this.changed();
  }

  // What was asked for was said, here or in another tab.
  answered(): void {
    if (!this.asked) return;
    this.asked = null;
    this.again();
  }

  // There is more to send than there was.
  send(): void {
    this._toldAt = -TYPES_EVERY_MS;
    void this._outbox.pump().then(() => this._followed());
  }

  // People who have the conversation are told that the visitor types, and nothing of what.
  types(): void {
    const { owner } = this.state;
    const now = performance.now();
    if ((owner !== "queued" && owner !== "human") || now < this._toldAt + TYPES_EVERY_MS) return;
    this._toldAt = now;
    this.wire.send("POST", "typing", this.keep.token, AbortSignal.timeout(TYPES_WITHIN_MS)).catch(() => undefined);
  }

  end(): void {
    this.ended = true;
    this.close();
    this._follow.leave();
    this._others.end();
    removeEventListener("online", this._online);
  }

  // The program does not know this token any more; another tab may have a newer one already.
  forget(token: string): void {
    swap(this.keep, token, "");
    if (!this.keep.token) this._anew("");
  }

  well(): void {
    this._follow.well();
  }

  later(atLeast = 0): void {
    this._follow.later(atLeast);
  }

  async first(): Promise<void> {
    await this._session.go();
    const found = await this.wire.ask<Shown>("GET", "lines", this.keep.token);
    this.said.more = !!found.more;
    this.loaded = true;
    this.said.heard = found.lines.at(-1)?.n ?? 0;
    this.well();
    this._take(found);
  }

  // The visitor's token, of a session that begins with this where there is none yet.
  async begun(): Promise<string> {
    const { token, untold } = this.keep;
    if ((token || this.signing.who()) && !this.loaded) await this.first();
    else if (!token || untold) await this._session.go();
    this.loaded = true;
    return this.keep.token;
  }

  // Here and in the other tabs.
  async tell(news: News): Promise<void> {
    const before = this.said.upto;
    await this._hear(news);
    if (this.ended) return;
    if (before && this.said.ours(before) && (!this._wanted || document.hidden)) this._news();
    this._others.tell(news);
  }

  // What another tab has written is here: under which name, null for all of it, and which token was there before.
  wrote(name: string | null, before: string): void {
    if (before && !this.keep.token) this._anew("");
    if (name === `${this.keep.name}.about`) this.answered();
    this.changed();
  }

  // What another tab was told.
  overheard(news: News): void {
    if (this.loaded) void this._hear(news).catch(() => this.later());
  }

  private async _hear({ shown, draft, writing }: News): Promise<void> {
    this.draft = draft ?? this.draft;
    this.writing = writing ?? this.writing;
    await (shown ? this._taken(shown) : this.changed());
  }

  // With what this tab has missed before it.
  private async _taken(found: Shown): Promise<void> {
    const same = !this._of || !found.of || found.of === this._of;
    while (same && this.said.lacks(found)) {
      const missed = await this.wire.ask<Shown>("GET", `lines?after=${this.said.upto}`, this.keep.token);
      if (!missed.lines.length) break;
      this._take(missed);
    }
    this._take(found);
  }

  private _take(found: Shown): void {
    if (found.of && this._of && found.of !== this._of) return this._anew(found.of);
    this._of = found.of ?? this._of;
    const before = this.said.upto;
    this.said.put(found);
    if (found.state.owner === "closed" && this.state.owner !== "closed") this._outbox.over = true;
    if (this._outbox.over || found.lines.some((line) => line.n > before && line.by !== "you")) {
      this.pending = this.writing = false;
      this.draft = "";
    }
    this.state = found.state;
    if (this._wanted) see(this.keep, this.said.upto);
    this.rest();
    this.changed();
  }

  // It is another conversation than before: merged, or begun anew. Everything is asked for again.
  private _anew(of: string): void {
    this._of = of;
    this.said = new Lines();
    this.state = {};
    see(this.keep, 0);
    this.loaded = false;
    this._follow.end();
    this._followed();
  }
}
