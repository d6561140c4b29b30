// Where no stream comes through, what was said is asked for, at growing pauses, until one does.

import { Refusal } from "./http";
import type { Talk } from "./talk";
import type { Shown } from "../wire/types";

const PATIENCE_S = 5;
const PAUSES_S = [2, 3, 5, 8, 13];
const LONGEST_S = 15;

export class Asking {
  // The last time it was asked for, something came of it.
  works = false;
  private _timer = 0;
  private _nth = 0;

  constructor(private readonly _talk: Talk) {}

  // Unless a stream brings something soon.
  soon(): void {
    this._timer ||= setTimeout(() => void this._ask(), PATIENCE_S * 1000);
  }

  end(): void {
    clearTimeout(this._timer);
    this._timer = this._nth = 0;
    this.works = false;
  }

  private async _ask(): Promise<void> {
    const talk = this._talk;
    let waitS = 0;
    const [mine, upto] = [this._timer, talk.said.upto];
    try {
      const shown = await talk.wire.ask<Shown>("GET", `lines?after=${upto}`, talk.keep.token);
      if (mine !== this._timer) return;
      this.works = true;
      if (talk.trouble === "offline") talk.trouble = "";
      await talk.tell({ shown });
    } catch (error) {
      this.works = false;
      waitS = error instanceof Refusal ? error.retryAfter : 0;
    }
    if (mine !== this._timer) return;
    // Where somebody answers the next one may come at once.
    if (talk.said.upto > upto) this._nth = 0;
    const pauseS = PAUSES_S[this._nth++] ?? LONGEST_S;
    this._timer = setTimeout(() => void this._ask(), Math.max(pauseS, waitS) * 1000);
  }
}
