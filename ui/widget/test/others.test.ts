import { beforeEach, expect, test, vi } from "vitest";
import { drop } from "../src/wire/kept";
import { talking, type Talking } from "./talking";

const made = talking();
let { desk, talk, keep } = {} as Talking;

beforeEach(() => {
  ({ desk, talk, keep } = made());
});

test("what another tab leaves unsent goes out here, once, after a while", async () => {
  talk.open();
  made().addedElsewhere("one");
  made().addedElsewhere("two");
  await vi.advanceTimersByTimeAsync(7_000);
  expect([keep.waiting.length, desk.ids]).toEqual([2, []]);
  await vi.advanceTimersByTimeAsync(8_000);
  await vi.waitFor(() => expect(keep.waiting).toEqual([]));
  expect(desk.ids).toEqual(["id-one", "id-two"]);
  expect(made().times("POST messages")).toBe(2);
});

test("what the other tab has sent by then is no matter here", async () => {
  talk.open();
  made().addedElsewhere("one");
  drop(keep, "id-one");
  await vi.advanceTimersByTimeAsync(20_000);
  expect(made().times("POST messages")).toBe(0);
});

test("one that has ended looks after nothing", async () => {
  made().addedElsewhere("one");
  talk.end();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(made().times("POST messages")).toBe(0);
});
