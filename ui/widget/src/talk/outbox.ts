// What the visitor has written and is not sent yet: goes out in order, once, and again after a pause when it did not.

import { Refusal } from "./http";
import { alone } from "./tabs";
import type { Talk } from "./talk";
import type { Shown, Waiting } from "../wire/types";

export class Outbox {
  // It was ended, so what was being written as an answer is not.
  over = false;
  private _sending = false;
  private _more = false;

  constructor(private readonly _talk: Talk) {}

  // One tab at a time, so that no message goes out twice at once; if it did, its id would make it one.
  async pump(): Promise<void> {
    this._more = true;
    if (this._sending) return;
    this._sending = true;
    try {
      // What was written just as the last one had gone is there too.
      while (this._more) {
        this._more = false;
        await alone(`${this._talk.keep.name}.send`, () => this._sendAll());
      }
    } finally {
      this._sending = false;
      this._talk.changed();
    }
  }

  private async _sendAll(): Promise<void> {
    for (;;) {
      this._talk.keep.load();
      const next = this._talk.keep.waiting.find((each) => !each.why);
      if (!next || this._talk.ended || this._talk.signing.barred) return;
      const token = this._talk.keep.token;
      try {
        await this._sendOne(next, token);
        this._talk.well();
      } catch (error) {
        this._talk.pending = false;
        await this._talk.tell({ draft: "" });
        if (!this._failed(next, token, error)) {
          // It is tried again after a pause, and what was written meanwhile goes behind it.
          this._more = false;
          return;
        }
      }
    }
  }

  private async _sendOne({ id, text, payload, page }: Waiting, token: string): Promise<void> {
    this._talk.pending = true;
    this._talk.changed();
    if ((token || this._talk.signing.who()) && !this._talk.loaded) await this._talk.first();
    else if (!token || this._talk.keep.untold) await this._begin();
    // What was ended before is no matter of this one.
    [this._talk.pending, this.over] = [true, false];
    const path = `messages?after=${this._talk.said.upto}`;
    const body = { id, text, payload, page };
    const draft = (said: string) => void (this.over || this._talk.tell({ draft: said }));
    const found = await this._talk.wire.follow<Shown>(path, this._talk.keep.token, body, draft);
    this._talk.keep.drop(id);
    await this._talk.tell({ shown: found });
    this._talk.pending = !!found.open;
  }

  private async _begin(): Promise<void> {
    await this._talk.signing.renew(this._talk.wire, this._talk.keep);
    this._talk.loaded = true;
  }

  // Whether the next one may be tried now.
  private _failed(message: Waiting, token: string, error: unknown): boolean {
    if (error instanceof Refusal && error.status === 401) {
      if (this._talk.signing.bars(error)) return false;
      if (token) {
        this._talk.forget(token);
        return true;
      }
    }
    if (error instanceof Refusal && error.status < 500 && error.status !== 429) {
      this._talk.keep.put({ ...message, why: error.message });
      return true;
    }
    this._talk.trouble = error instanceof Refusal && error.status === 429 ? "slow" : "offline";
    this._talk.later(error instanceof Refusal ? error.retryAfter : 0);
    return false;
  }
}
