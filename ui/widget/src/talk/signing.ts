// Whether the visitor is signed in as they have to be. Where they are not, nothing is tried until the page says who is.

import type { Keep } from "../wire/keep";
import type { Refusal, Wire } from "./http";

export class Signing {
  barred: "" | "sign_in" | "signed_out" = "";

  constructor(
    // What proves who is signed in; undefined for nobody.
    readonly who: () => unknown,
    private readonly _signedOut: (why: string) => void,
  ) {}

  // The token that is good from now on, of the visitor as they are.
  async renew(wire: Wire, keep: Keep): Promise<void> {
    keep.load();
    const { token } = keep;
    const user = this.who();
    const found = await wire.ask<{ token: string }>("POST", "session", token, user && { user });
    if (found.token !== token) keep.swap(token, found.token);
  }

  // Whether another token would not help.
  bars(why: Refusal): boolean {
    const who = this.who();
    if (why.code !== "sign_in_refused" && (why.code !== "sign_in_needed" || who)) return false;
    this.barred = who ? "signed_out" : "sign_in";
    if (who) this._signedOut(why.message);
    return true;
  }
}
