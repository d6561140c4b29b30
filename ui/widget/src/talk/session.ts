// The visitor's session: begins with the first thing that is sent, and goes on with the token that takes the place of theirs.

import type { Keep } from "../wire/keep";
import type { Wire } from "./http";
import { alone } from "./tabs";

export class Session {
  private _going: Promise<void> | null = null;

  constructor(private readonly _wire: Wire, private readonly _keep: Keep) {}

  // Whoever needs it meanwhile waits for the same one.
  go(): Promise<void> {
    return (this._going ??= this._asked(this._keep.token).finally(() => (this._going = null)));
  }

  private _asked(begun: string): Promise<void> {
    return alone(`frontdesk.${this._wire.assistant}.session`, async () => {
      this._keep.load();
      const { token } = this._keep;
      // Another tab has begun one.
      if (token && !begun) return;
      const found = await this._wire.ask<{ token: string }>("POST", "session", token);
      if (found.token !== token) this._keep.swap(token, found.token);
    });
  }
}
