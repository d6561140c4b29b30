// The lines of a conversation as far as this tab has them: by number, each once, and known to be whole from the first to
// `upto`.

import type { Line, Shown } from "../wire/types";

// Of what comes by itself; what is asked for besides stays as well.
const MOST = 500;

export class Lines {
  all: Line[] = [];
  // There are lines before the first.
  more = false;
  upto = 0;
  // The last one that was read out, or was there before.
  heard = 0;
  private _most = MOST;

  // Whether something between what is here and what is shown is not here.
  lacks(shown: Shown): boolean {
    return (shown.after ?? 0) > this.upto;
  }

  // How many our side said above this number.
  ours(above: number): number {
    return this.all.filter((line) => line.n > above && (line.by === "ai" || line.by === "person")).length;
  }

  // The answer says whether there was news.
  put(shown: Shown): boolean {
    const first = this.all[0]?.n ?? 0;
    this._most += shown.lines.filter((line) => line.n < first).length;
    const byNumber = new Map(this.all.map((line) => [line.n, line]));
    const before = byNumber.size;
    for (const line of shown.lines) byNumber.set(line.n, line);
    this.upto = Math.max(this.upto, shown.lines.at(-1)?.n ?? 0);
    if (byNumber.size === before) return false;
    const sorted = [...byNumber.values()].sort((a, b) => a.n - b.n);
    if (sorted.length > this._most) this.more = true;
    this.all = sorted.slice(-this._most);
    return true;
  }
}
