// Whoever was signed in on this device is so no more: what opened their conversations opens them no longer. Without a
// connection that is so after a day.

import { Wire } from "./http";

export function signOut(base: string, assistant: string, tokens: string[]): void {
  const wire = new Wire(base, assistant);
  for (const token of tokens) wire.ask("POST", "session", token, { user: null }).catch(() => undefined);
}
