// What somebody changes of themselves here: seen at once, taken back when the server does not take it. Only what is changed is
// sent; the rest of the account is changed elsewhere, and what this tab has of it may be old.
import { bePresent, changeSettings } from "../api/desk";
import type { Me, MySettings, Person, PresenceState } from "../api/types";
import type { Store } from "./store";

export interface Mine {
  desk: Pick<Store<{ me: Me }>, "get" | "set">;
  trouble(error: unknown): void;
}

export async function be(app: Mine, state: PresenceState, send = bePresent): Promise<void> {
  const before = app.desk.get().me.presence ?? null;
  put(app, { presence: { ...before, state, chosen: state } });
  try {
    put(app, { presence: (await send(state)) ?? null });
  } catch (error) {
    put(app, { presence: before });
    app.trouble(error);
  }
}

export async function wish(app: Mine, part: MySettings, send = changeSettings): Promise<void> {
  const before = app.desk.get().me.settings ?? {};
  put(app, { settings: { ...before, ...part } });
  try {
    put(app, await send(part));
  } catch (error) {
    const taken = Object.fromEntries(Object.keys(part).map((name) => [name, before[name as keyof MySettings]]));
    put(app, { settings: { ...app.desk.get().me.settings, ...taken } });
    app.trouble(error);
  }
}

// What somebody chose, else what the server made of it.
export const stateOf = (me: Pick<Me, "presence">): PresenceState => me.presence?.chosen ?? me.presence?.state ?? "offline";

// The list of people was read before this window was known to be open; of myself this window knows better.
export const withMine = (people: readonly Person[], me: Me): Person[] =>
  people.map((one) => (one.id === me.id && me.presence ? { ...one, presence: { ...one.presence, state: stateOf(me) } } : one));

function put(app: Mine, part: Partial<Me>): void {
  app.desk.set((now) => ({ me: { ...now.me, ...part } }));
}
