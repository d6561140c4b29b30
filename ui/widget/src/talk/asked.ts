// What a visitor has to say of themselves before a message of theirs is taken: as the channel wants it by now, which is not
// always what it wanted when the page was loaded.

import type { Ask } from "../../../loader/src/options";
import { randomId } from "../wire/keep";
import type { About, Asked } from "../wire/types";
import type { Wire } from "./http";

// Null where it cannot be asked for: there is nothing to agree to.
export async function asked(wire: Wire, wrong: string): Promise<Asked | null> {
  const { ask = {} } = await wire.ask<{ ask?: Ask }>("GET", "config", "").catch(() => ({ ask: undefined }));
  if (wrong === "consent" && !ask.consent) return null;
  return { key: randomId(), ask: { [wrong]: "required", ...ask }, wrong: wrong as keyof About };
}
