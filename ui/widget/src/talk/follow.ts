// Whether a conversation is followed, by one tab of a browser for all, and when it is tried again after a cut.

import { Asking } from "./asking";
import { Refusal } from "./http";
import { listen } from "./listen";
import { Policy } from "./policy";
import { alone } from "./tabs";
import type { Talk } from "./talk";

const BACK_OFF_S = [1, 2, 4, 8, 15, 30];
const MOST_SPREAD_MS = 60_000;
// Whoever has not begun to listen by then waits for another tab, which listens for all.
const WAITS_AFTER_MS = 1000;

export class Follow {
  private _now: AbortController | null = null;
  private _tries = 0;
  private _timer = 0;
  // What the program said last of when it may be asked again.
  private _notBefore = 0;
  // Where very many are cut off at once they come back one by one.
  private _spreadMs = 0;
  private readonly _asking: Asking;
  private readonly _policy: Policy;

  constructor(private readonly _talk: Talk) {
    this._asking = new Asking(_talk);
    this._policy = new Policy(_talk.wire, () => this.later());
  }

  well(): void {
    this._policy.well();
    this._tries = 0;
    this._talk.trouble = "";
  }

  // Everything is tried again, after a pause of at least so many seconds and so many milliseconds more.
  later(atLeast = 0, moreMs = 0): void {
    if (this._policy.forbids) {
      this._policy.say();
      this.soon();
      this._talk.trouble = "why_closed";
      return this._talk.changed();
    }
    const pauseMs = (BACK_OFF_S[this._tries++] ?? 30) * (0.75 + Math.random() / 2) * 1000;
    const now = performance.now();
    this._notBefore = Math.max(this._notBefore, now + atLeast * 1000);
    this.soon();
    if (!this._talk.ended) this._timer = setTimeout(() => this._talk.again(), Math.max(pauseMs, this._notBefore - now) + moreMs);
    this._talk.changed();
  }

  // Nothing is tried any more, and nothing is heard.
  leave(): void {
    this.soon();
    this._policy.end();
  }

  // What was to be tried later is tried now, or not at all.
  soon(): void {
    clearTimeout(this._timer);
  }

  end(): void {
    this._now?.abort();
    this._now = null;
    this._asking.end();
  }

  async begin(): Promise<void> {
    if (this._now) return;
    const talk = this._talk;
    const mine = (this._now = new AbortController());
    const token = talk.keep.token;
    let waits = 0;
    try {
      if (!talk.loaded) await talk.first();
      // Of who has said nothing yet there is nothing to follow.
      if (!talk.isBegun) return this.end();
      if (!talk.follows) return talk.rest();
      // The tab that holds the lock listens for all; the others wait for it to go.
      waits = setTimeout(() => this._asking.end(), WAITS_AFTER_MS);
      await alone(`${talk.keep.name}.listen`, () => this._listen(mine, waits), mine.signal);
    } catch (error) {
      clearTimeout(waits);
      if (mine.signal.aborted) return;
      this._now = null;
      if (error instanceof Refusal && error.status === 404) {
        // There is nothing to show, and so nothing to wait for.
        talk.loaded = true;
        this.end();
        return talk.changed();
      }
      if (error instanceof Refusal && error.status === 401) {
        if (talk.signing.bars(error)) {
          this.end();
          return talk.changed();
        }
        talk.forget(token);
      }
      const wait = error instanceof Refusal ? error.retryAfter : 0;
      // Who says when to come back is there: as a rule others of this browser's tabs listen, and tell what they hear.
      if (this._tries && !this._asking.works && !(wait && talk.loaded)) talk.trouble = "offline";
      this.later(wait, Math.random() * this._spreadMs);
    }
  }

  private async _listen(mine: AbortController, waits: number): Promise<void> {
    const talk = this._talk;
    clearTimeout(waits);
    this._asking.soon();
    const begun = () => {
      this._asking.end();
      this.well();
      talk.changed();
    };
    try {
      const spread = (ms: number) => (this._spreadMs = Math.min(ms, MOST_SPREAD_MS));
      await listen(talk.wire, talk.said.upto, talk.keep.token, mine.signal, begun, (news) => talk.tell(news), spread);
    } finally {
      talk.writing = false;
    }
  }
}
