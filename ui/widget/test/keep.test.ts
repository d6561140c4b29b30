import { beforeEach, expect, test, vi } from "vitest";
import { Keep, leave } from "../src/wire/keep";
import { idOf } from "../src/wire/who";

const MESSAGE = { id: "a", text: "Hello", page: { url: "", title: "", kind: "" }, at: 1 };
let stored: Map<string, string>;

beforeEach(() => {
  stored = new Map();
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => void stored.set(name, value),
  });
});

test("who only looks leaves nothing, and what waits is there for the next page", () => {
  const keep = new Keep("ann");
  expect([keep.begun, stored.size]).toEqual([false, 0]);
  keep.add(MESSAGE);
  const next = new Keep("ann");
  expect([next.begun, next.waiting]).toEqual([true, [MESSAGE]]);
  expect(new Keep("bob").begun).toBe(false);
});

test("another tab's token is not written over by an older one", () => {
  const [one, other] = [new Keep("ann"), new Keep("ann")];
  one.swap("", "first");
  other.swap("", "second");
  expect([one.token, other.token]).toEqual(["first", "first"]);
  other.swap("first", "third");
  one.load();
  expect(one.token).toBe("third");
});

test("what could not be sent waits again once it is tried again", () => {
  const keep = new Keep("ann");
  keep.add(MESSAGE);
  keep.put({ ...MESSAGE, why: "Too long." });
  keep.retry("a");
  keep.retry("unknown");
  expect(keep.waiting).toEqual([MESSAGE]);
  keep.drop("a");
  expect(keep.waiting).toEqual([]);
});

test.each(["{", "null", "7", '{"token": 7, "waiting": {}, "seen": "x"}', '{"waiting": [null, {"id": 1}]}'])(
  "what a page left there as %s is as nothing",
  (value) => {
    stored.set("frontdesk.ann", value);
    const keep = new Keep("ann");
    expect([keep.token, keep.waiting, keep.seen, keep.quiet]).toEqual(["", [], 0, false]);
  },
);

test("where nothing can be kept it lasts as long as the page", () => {
  vi.stubGlobal("localStorage", {
    getItem: () => null,
    setItem: () => {
      throw new Error("full");
    },
  });
  const keep = new Keep("ann");
  keep.add(MESSAGE);
  keep.swap("", "token");
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
  new Keep("ann").swap("", "nobody");
  expect(leave("ann", "")).toEqual([]);
  expect(new Keep("ann").token).toBe("nobody");
  new Keep("ann", "42").swap("", "token of 42");
  new Keep("ann", "43").swap("", "token of 43");
  kept["frontdesk.ann.user.42.text"] = "half a sentence";
  kept["frontdesk.bob.user.42"] = "{}";
  expect(leave("ann", "43")).toEqual(["token of 42"]);
  expect(Object.keys(kept).sort()).toEqual(["frontdesk.ann", "frontdesk.ann.user.43", "frontdesk.bob.user.42"]);
  const late = new Keep("ann", "43");
  expect(leave("ann", "")).toEqual(["token of 43"]);
  late.close();
  late.drop("what was answered late");
  expect(Object.keys(kept)).toEqual(["frontdesk.bob.user.42"]);
});

test("people are told apart by what their site calls them", () => {
  const token = (claims: object) => `e30.${btoa(JSON.stringify(claims)).replace(/=+$/, "")}.x`;
  expect([idOf(undefined), idOf(null), idOf({ user_id: 7 }), idOf({ token: token({ sub: "42" }) })]).toEqual(["", "", "7", "42"]);
  expect(idOf({ token: "nonsense" })).toBe("nonsense");
});
