import { beforeEach, expect, test, vi } from "vitest";
import { talking, type Talking } from "./talking";

const made = talking();
let { desk, talk, keep, seen, troubles } = {} as Talking;

beforeEach(() => {
  ({ desk, talk, keep, seen, troubles } = made());
});

test("a stream that is put off is asked for again when it may be, and the conversation goes on meanwhile", async () => {
  desk.streams = () => desk.later(30);
  talk.open();
  made().write("hello");
  await vi.waitFor(() => expect([talk.lines.length, made().times("GET stream")]).toEqual([2, 1]));
  await vi.advanceTimersByTimeAsync(29_000);
  expect(made().times("GET stream")).toBe(1);
  await vi.advanceTimersByTimeAsync(11_000);
  expect(made().times("GET stream")).toBe(2);
  expect(troubles).not.toContain("offline");
});

test("a message that is put off waits for as long as it was told, whatever becomes of the stream", async () => {
  talk.open();
  made().write("one");
  await vi.waitFor(() => expect([talk.lines.length, made().times("GET stream")]).toEqual([2, 1]));
  talk.close();
  desk.full = 1;
  let tries = 0;
  desk.streams = () => (tries++ ? Response.error() : Response.json({}, { status: 500 }));
  made().write("two");
  await vi.waitFor(() => expect(talk.trouble).toBe("slow"));
  talk.open();
  desk.full = 1;
  await vi.waitFor(() => expect(tries).toBeGreaterThan(0));
  const before = made().times("POST messages");
  await vi.advanceTimersByTimeAsync(50_000);
  expect(made().times("POST messages")).toBe(before);
  await vi.advanceTimersByTimeAsync(100_000);
  await vi.waitFor(() => expect(keep.waiting).toEqual([]));
});

test("what has ended tells nobody of what still comes", async () => {
  desk.holds = true;
  talk.open();
  made().write("hello");
  await vi.waitFor(() => expect(desk.held).not.toBe(null));
  talk.end();
  const before = seen.length;
  desk.say("you", "hello");
  desk.say("ai", "You said hello");
  desk.held?.enqueue(new TextEncoder().encode(`event: answer\ndata: ${JSON.stringify(desk.shown(0))}\n\n`));
  // It did arrive, and is not sent again.
  await vi.waitFor(() => expect(keep.waiting).toEqual([]));
  expect([seen.length - before, made().heard]).toEqual([0, 0]);
});

test("where what was said is asked for, it is asked for again when it may be", async () => {
  talk.open();
  made().write("hello");
  await vi.waitFor(() => expect([talk.lines.length, made().times("GET stream")]).toEqual([2, 1]));
  desk.busy = 40;
  const before = made().times("GET lines");
  await vi.advanceTimersByTimeAsync(6_000);
  expect(made().times("GET lines")).toBe(before + 1);
  await vi.advanceTimersByTimeAsync(38_000);
  expect(made().times("GET lines")).toBe(before + 1);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(made().times("GET lines")).toBe(before + 2);
});
