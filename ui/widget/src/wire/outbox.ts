// What the visitor has written and is not sent yet: goes out in order, once, and again after a pause when it did not.

import { Refusal } from "./http";
import { alone } from "./tabs";
import type { Talk } from "./talk";
import type { Shown, Waiting } from "./types";

export class Outbox {
  private sending = false;

  constructor(private readonly talk: Talk) {}

  // One tab at a time, so that no message goes out twice at once; if it did, its id would make it one.
  async pump(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      await alone(`frontdesk.${this.talk.wire.assistant}.send`, () => this.sendAll());
    } finally {
      this.sending = false;
      this.talk.changed();
    }
  }

  private async sendAll(): Promise<void> {
    for (;;) {
      this.talk.keep.load();
      const next = this.talk.keep.waiting.find((each) => !each.why);
      if (!next || this.talk.ended) return;
      const token = this.talk.keep.token;
      try {
        await this.sendOne(next, token);
        this.talk.well();
      } catch (error) {
        this.talk.pending = false;
        if (!this.failed(next, token, error)) return;
      }
    }
  }

  private async sendOne({ id, text, payload, page }: Waiting, token: string): Promise<void> {
    this.talk.pending = true;
    this.talk.changed();
    if (token && !this.talk.loaded) await this.talk.first();
    else if (!token) await this.begin();
    const path = `messages?after=${this.talk.said.upto}`;
    const found = await this.talk.wire.ask<Shown>("POST", path, this.talk.keep.token, { id, text, payload, page });
    this.talk.keep.drop(id);
    await this.talk.tell(found);
    this.talk.pending = !!found.open;
  }

  private async begin(): Promise<void> {
    const made = await this.talk.wire.ask<{ token: string }>("POST", "session", "");
    this.talk.keep.swap("", made.token);
    this.talk.loaded = true;
  }

  // Whether the next one may be tried now.
  private failed(message: Waiting, token: string, error: unknown): boolean {
    if (error instanceof Refusal && error.status === 401 && token) {
      this.talk.forget(token);
      return true;
    }
    if (error instanceof Refusal && error.status < 500 && error.status !== 429) {
      this.talk.keep.put({ ...message, why: error.message });
      return true;
    }
    this.talk.trouble = error instanceof Refusal && error.status === 429 ? "slow" : "offline";
    this.talk.later(error instanceof Refusal ? error.retryAfter : 0);
    return false;
  }
}
