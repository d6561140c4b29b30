import { afterEach, beforeEach, expect, test, vi } from "vitest";

let place: { href: string };
let moves: number;

beforeEach(() => {
  vi.useFakeTimers();
  vi.resetModules();
  [place, moves] = [{ href: "https://shop.example/a" }, 0];
  vi.stubGlobal("location", place);
  vi.stubGlobal("window", {});
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const begun = async () => (await import("../src/navigation")).onNavigation(() => (moves += 1));

test.each([
  ["https://shop.example/a#part", "https://shop.example/a", 0],
  ["https://shop.example/a#", "https://shop.example/a", 0],
  ["https://shop.example/a#access_token=1/2", "https://shop.example/a", 0],
  ["https://shop.example/a#/route", "https://shop.example/a#/route", 1],
  ["https://shop.example/a#!/route#part", "https://shop.example/a#!/route", 1],
  ["https://shop.example/a?x=1", "https://shop.example/a?x=1", 1],
  ["https://shop.example/b#part", "https://shop.example/b", 1],
])("%s is %s", async (href, expected, times) => {
  const { address } = await import("../src/navigation");
  const { look } = await begun();
  place.href = href;
  look();
  look();
  expect([address(), moves]).toEqual([expected, times]);
});

test("a browser that does not tell is looked at each second, until the end", async () => {
  vi.stubGlobal("window", { navigation: new EventTarget() });
  const { end } = await begun();
  place.href = "https://shop.example/b";
  vi.advanceTimersByTime(1000);
  expect(moves).toBe(1);
  end();
  place.href = "https://shop.example/c";
  vi.advanceTimersByTime(5000);
  expect(moves).toBe(1);
});

test("one that tells is not looked at", async () => {
  const navigation = Object.assign(new EventTarget(), { currentEntry: {} });
  vi.stubGlobal("window", { navigation });
  const { end } = await begun();
  place.href = "https://shop.example/b";
  navigation.dispatchEvent(new Event("currententrychange"));
  expect([moves, vi.getTimerCount()]).toEqual([1, 0]);
  end();
  place.href = "https://shop.example/c";
  navigation.dispatchEvent(new Event("currententrychange"));
  expect(moves).toBe(1);
});

test("what went on before the chat began counts", async () => {
  await import("../src/navigation");
  place.href = "https://shop.example/b";
  await begun();
  expect(moves).toBe(1);
});
