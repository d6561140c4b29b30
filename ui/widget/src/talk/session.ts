// The visitor's session: begins with the first thing that is sent, and goes on with the token that takes the place of theirs.

import type { Keep } from "../wire/keep";
import type { Wire } from "./http";
import type { Signing } from "./signing";
import { alone } from "./tabs";

export class Session {
  private _going: Promise<void> | null = null;

  constructor(private readonly _wire: Wire, private readonly _keep: Keep, private readonly _signing: Signing) {}

  // Whoever needs it meanwhile waits for the same one.
  go(): Promise<void> {
    return (this._going ??= this._asked(this._keep.token).finally(() => (this._going = null)));
  }

  private _asked(begun: string): Promise<void> {
    return alone(`${this._keep.name}.session`, async () => {
      this._keep.load();
      // Another tab has begun one.
      if (this._keep.token && !begun && !this._keep.untold) return;
      await this._signing.renew(this._wire, this._keep);
    });
  }
}
