// The other tabs of this browser: what they write to what they share, what they are told, and what one that is closed leaves
// unsent.

import type { News } from "../wire/types";
import type { Talk } from "./talk";

const LEAST_MS = 8_000;
const MORE_MS = 7_000;

export class Others {
  private readonly _channel: BroadcastChannel | null;
  private _timer = 0;

  constructor(private readonly _talk: Talk) {
    this._channel = "BroadcastChannel" in window ? new BroadcastChannel(_talk.keep.name) : null;
    if (this._channel) this._channel.onmessage = (event) => _talk.overheard(event.data as News);
    addEventListener("storage", this._stored);
  }

  tell(news: News): void {
    this._channel?.postMessage(news);
  }

  end(): void {
    this._rest();
    this._channel?.close();
    removeEventListener("storage", this._stored);
  }

  private readonly _stored = ({ key }: StorageEvent) => {
    const { keep } = this._talk;
    if (key !== null && key !== keep.name && !key.startsWith(`${keep.name}.`)) return;
    const before = keep.token;
    keep.load();
    this._talk.wrote(key, before);
    this._watch();
  };

  // As a rule it is sent by the tab that has it. Many tabs do not look at once: a program that puts one off would put all off.
  private _watch(): void {
    if (!this._talk.keep.waiting.some((each) => !each.why)) return this._rest();
    this._timer ||= setTimeout(() => {
      this._rest();
      this._talk.send();
    }, LEAST_MS + Math.random() * MORE_MS);
  }

  private _rest(): void {
    clearTimeout(this._timer);
    this._timer = 0;
  }
}
