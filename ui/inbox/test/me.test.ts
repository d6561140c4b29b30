import { expect, test } from "vitest";
import type { Me, MySettings, Person } from "../src/api/types";
import { be, stateOf, wish, withMine, type Mine } from "../src/state/me";
import { Store } from "../src/state/store";
import { me } from "./rows";

function mine(part: Partial<Me> = {}): Mine & { troubles: unknown[] } {
  const troubles: unknown[] = [];
  return { desk: new Store<{ me: Me }>({ me: { ...me, ...part } }), troubles, trouble: (error) => void troubles.push(error) };
}

test("only the wish that is changed is sent, whatever else this tab knew of the settings", async () => {
  const app = mine({ settings: { sound: true, notify: false, mail_mentions: true } as MySettings });
  const sent: unknown[] = [];
  await wish(app, { notify: true }, async (part) => {
    sent.push(part);
    return { ...app.desk.get().me, settings: { sound: true, notify: true, mail_mentions: false } as MySettings };
  });
  expect(sent).toEqual([{ notify: true }]);
  expect(app.desk.get().me.settings).toEqual({ sound: true, notify: true, mail_mentions: false });
});

test("being away sends that alone, and leaves the settings as they are", async () => {
  const app = mine({ settings: { sound: true }, presence: { state: "online", chosen: "online", capacity: 3 } });
  const sent: unknown[] = [];
  await be(app, "away", async (...given) => {
    sent.push(given);
    return { state: "away", chosen: "away", capacity: 4 };
  });
  expect(sent).toEqual([["away"]]);
  expect(app.desk.get().me).toMatchObject({ settings: { sound: true }, presence: { state: "away", chosen: "away", capacity: 4 } });
});

test("what the server does not take is taken back, and nothing that was changed meanwhile", async () => {
  const app = mine({ settings: { sound: false }, presence: { state: "online", chosen: "online" } });
  await wish(app, { sound: true }, async () => {
    app.desk.set((now) => ({ me: { ...now.me, presence: { state: "away", chosen: "away" } } }));
    throw new Error("no");
  });
  await be(app, "offline", () => Promise.reject(new Error("no")));
  expect(app.desk.get().me).toMatchObject({ settings: { sound: false }, presence: { state: "away" } });
  expect(app.troubles).toHaveLength(2);
});

test("of oneself the list of people says what the foot says", () => {
  const me = { id: "me", name: "Jo", presence: { state: "online", chosen: "online" } } as Me;
  const people = [{ id: "me", name: "Jo", presence: { state: "offline" } }, { id: "bo", name: "Bo", presence: { state: "away" } }] as Person[];
  expect(withMine(people, me).map((one) => one.presence?.state)).toEqual([stateOf(me), "away"]);
  expect(stateOf(me)).toBe("online");
  expect(withMine(people, { ...me, presence: null })).toEqual(people);
});
