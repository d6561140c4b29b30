// What the visitor has written and is not sent yet: goes out in order, once, and again after a pause when it did not.

import { asked } from "./asked";
import { drop, put } from "../wire/kept";
import { Refusal } from "./http";
import { alone } from "./tabs";
import type { Talk } from "./talk";
import type { WORDS } from "../list/en";
import type { Shown, Waiting } from "../wire/types";

const TAKEN = "taken_unanswered";

type Reason = Extract<keyof typeof WORDS, `why_${string}`>;

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
      if (!next || this._talk.ended || this._talk.signing.barred || this._talk.asked) return;
      const token = this._talk.keep.token;
      try {
        await this._sendOne(next);
        this._talk.well();
      } catch (error) {
        this._talk.pending = false;
        await this._talk.tell({ draft: "" });
        if (!(await this._failed(next, token, error))) {
          // It is tried again after a pause, and what was written meanwhile goes behind it.
          this._more = false;
          return;
        }
      }
    }
  }

  private async _sendOne(message: Waiting): Promise<void> {
    const { id, text, payload, page, language } = message;
    // What is written without files waits for an answer at once; files may take a while.
    this._talk.pending = !message.files;
    this._talk.changed();
    const post = async (files?: string[]): Promise<Shown> => {
      const token = await this._talk.begun();
      // What was ended before is no matter of this one.
      [this._talk.pending, this.over] = [true, false];
      this._talk.changed();
      const draft = (said: string) => void (this.over || this._talk.tell({ draft: said }));
      return this._talk.wire.follow<Shown>(`messages?after=${this._talk.said.upto}`, token, { id, text, payload, page, language, files }, draft);
    };
    const found = await (message.files ? this._talk.carry(message, post) : post());
    drop(this._talk.keep, id);
    await this._talk.tell({ shown: found });
    this._talk.pending = !!found.open;
  }

  // Whether the next one may be tried now.
  private async _failed(message: Waiting, token: string, error: unknown): Promise<boolean> {
    if (error instanceof Refusal && error.status === 401) {
      // It has arrived, with a session that may have begun with it. What is written next begins anew.
      if (error.code === TAKEN) {
        drop(this._talk.keep, message.id);
        this._talk.forget(token || this._talk.keep.token);
        return true;
      }
      if (this._talk.signing.bars(error)) return false;
      if (token) {
        this._talk.forget(token);
        return true;
      }
    }
    if (error instanceof Refusal && error.about && (this._talk.asked = await asked(this._talk.wire, error.about))) return false;
    // Where its files cannot be sent, that is said already.
    const kept = this._talk.keep.waiting.find((each) => each.id === message.id) ?? message;
    if (kept.why) return true;
    if (error instanceof Refusal && error.status < 500 && error.status !== 429) {
      put(this._talk.keep, { ...kept, why: why(error) });
      return true;
    }
    this._talk.trouble = error instanceof Refusal && error.status === 429 ? (token ? "slow" : "crowded") : "offline";
    this._talk.later(error instanceof Refusal ? error.retryAfter : 0);
    return false;
  }
}

// What the program says of it is for who reads its answers; a visitor is told in their language.
function why({ status }: Refusal): Reason {
  if (status === 403) return "why_closed";
  if (status === 404) return "why_gone";
  return status === 413 ? "why_long" : "why_other";
}
