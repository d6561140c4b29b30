// Whether the visitor is signed in as they have to be. Where they are not, nothing is tried until the page says who is.

import type { Keep } from "../wire/keep";
import { Refusal, type Wire } from "./http";

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
    const { token, about, untold } = keep;
    const user = this.who();
    const tells = about && (untold || !token);
    const body = user || tells ? { ...(user ? { user } : {}), ...(tells ? { about } : {}) } : undefined;
    try {
      const found = await wire.ask<{ token: string }>("POST", "session", token, body);
      if (found.token !== token) keep.swap(token, found.token);
    } catch (error) {
      // What cannot be taken keeps nobody from writing.
      if (tells && error instanceof Refusal && error.status === 422) keep.know(about, false);
      throw error;
    }
    if (tells) keep.know(about, false);
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
