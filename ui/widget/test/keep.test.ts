import { beforeEach, expect, test, vi } from "vitest";
import { Keep, leave } from "../src/wire/keep";
import { drop, hush, put, retry, see, swap } from "../src/wire/kept";
import { idOf } from "../src/wire/who";
import { Storage } from "./storage";

const MESSAGE = { id: "a", text: "Hello", page: { url: "", title: "", kind: "" }, at: 1 };
let storage: Storage;

beforeEach(() => {
  storage = new Storage();
  vi.stubGlobal("localStorage", storage);
});

test("who only looks leaves nothing, and what waits is there for the next page", () => {
  const keep = new Keep("ann");
  expect([keep.begun, storage.length]).toEqual([false, 0]);
  keep.add(MESSAGE);
  const next = new Keep("ann");
  expect([next.begun, next.waiting]).toEqual([true, [MESSAGE]]);
  expect(new Keep("bob").begun).toBe(false);
});

test("another tab's token is not written over by an older one", () => {
  const [one, other] = [new Keep("ann"), new Keep("ann")];
  swap(one, "", "first");
  swap(other, "", "second");
  expect([one.token, other.token]).toEqual(["first", "first"]);
  swap(other, "first", "third");
  one.load();
  expect(one.token).toBe("third");
});

test("tabs that write side by side take nothing from each other", () => {
  const tabs = [new Keep("ann"), new Keep("ann"), new Keep("ann")] as const;
  // None of them has read what the others wrote.
  for (const tab of tabs) tab.load = () => undefined;
  const [one, two, three] = tabs;
  one.add({ ...MESSAGE, id: "one" });
  swap(two, "", "token");
  three.add({ ...MESSAGE, id: "three", at: 2 });
  see(one, 4);
  hush(two, true);
  see(three, 5);
  const next = new Keep("ann");
  expect(next.waiting.map(({ id }) => id)).toEqual(["one", "three"]);
  expect([next.token, next.seen, next.quiet]).toEqual(["token", 5, true]);
  drop(one, "one");
  next.load();
  expect(next.waiting.map(({ id }) => id)).toEqual(["three"]);
});

test("what is written is sent in the order it was written in, whatever the clock says", () => {
  const keep = new Keep("ann");
  for (const id of ["b", "a"]) keep.add({ ...MESSAGE, id });
  keep.add({ ...MESSAGE, id: "c", at: 0 });
  expect(new Keep("ann").waiting.map(({ id }) => id)).toEqual(["b", "a", "c"]);
});

test("what could not be sent waits again once it is tried again", () => {
  const keep = new Keep("ann");
  keep.add(MESSAGE);
  put(keep, { ...MESSAGE, why: "Too long." });
  retry(keep, "a");
  retry(keep, "unknown");
  expect(keep.waiting).toEqual([MESSAGE]);
  drop(keep, "a");
  expect(keep.waiting).toEqual([]);
});

test.each(["{", "null", '"7"x', '{"token": 7, "waiting": {}, "seen": "x"}', '{"waiting": [null, {"id": 1}]}'])(
  "what a page left there as %s is as nothing",
  (value) => {
    for (const name of ["", ".seen", ".quiet", ".out.a"]) storage.setItem(`frontdesk.ann${name}`, value);
    const keep = new Keep("ann");
    expect([keep.token, keep.waiting, keep.seen, keep.quiet]).toEqual(["", [], 0, false]);
  },
);

test("where nothing can be kept it lasts as long as the page", () => {
  storage.full = true;
  const keep = new Keep("ann");
  keep.add(MESSAGE);
  swap(keep, "", "token");
  expect([keep.token, keep.waiting]).toEqual(["token", [MESSAGE]]);
});

test("whoever signs out leaves nothing, and others who were signed in leave nothing for who comes next", () => {
  const kept: Record<string, string> = {};
  const storage = Object.defineProperties(kept, {
    getItem: { value: (name: string) => kept[name] ?? null },
    setItem: { value: (name: string, value: string) => void (kept[name] = value) },
    removeItem: { value: (name: string) => void delete kept[name] },
  });
  vi.stubGlobal("localStorage", storage);
  vi.stubGlobal("sessionStorage", storage);
  const emptied: string[] = [];
  vi.stubGlobal("indexedDB", { deleteDatabase: (name: string) => emptied.push(name) });
  swap(new Keep("ann"), "", "nobody");
  expect(leave("ann", "")).toEqual([]);
  expect(new Keep("ann").token).toBe("nobody");
  swap(new Keep("ann", "42"), "", "token of 42");
  swap(new Keep("ann", "43"), "", "token of 43");
  kept["frontdesk.ann.user.42.text"] = "half a sentence";
  kept["frontdesk.bob.user.42"] = "{}";
  // Nor does the window stay as they left it.
  kept["frontdesk.ann.open"] = "1";
  expect(leave("ann", "43")).toEqual(["token of 42"]);
  expect(emptied).toContain("frontdesk.ann.user.42.files");
  for (const name of ["frontdesk.ann", "frontdesk.ann.user.43"]) expect(emptied).not.toContain(`${name}.files`);
  expect(Object.keys(kept).sort()).toEqual(["frontdesk.ann", "frontdesk.ann.user.43", "frontdesk.bob.user.42"]);
  const late = new Keep("ann", "43");
  late.add(MESSAGE);
  expect(leave("ann", "")).toEqual(["token of 43"]);
  expect(emptied).toEqual(expect.arrayContaining(["frontdesk.ann.user.43.files", "frontdesk.ann.files"]));
  late.close();
  drop(late, "what was answered late");
  expect(Object.keys(kept)).toEqual(["frontdesk.bob.user.42"]);
  // What somebody else has left there keeps nothing of it on the device.
  swap(new Keep("ann", "42"), "", "token of 42");
  kept["frontdesk.ann.user.41"] = '{"token"';
  kept["frontdesk.ann.user.40"] = '{"token": 4}';
  expect(leave("ann", "")).toEqual(["token of 42"]);
  expect(Object.keys(kept)).toEqual(["frontdesk.bob.user.42"]);
});

test("people are told apart by what their site calls them", () => {
  const token = (claims: object) => `e30.${btoa(JSON.stringify(claims)).replace(/=+$/, "")}.x`;
  expect([idOf(undefined), idOf(null), idOf({ user_id: 7 }), idOf({ token: token({ sub: "42" }) })]).toEqual(["", "", "7", "42"]);
  expect(idOf({ token: "nonsense" })).toBe("nonsense");
});
