import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Signing } from "../src/talk/signing";
import { Talk } from "../src/talk/talk";
import { Keep } from "../src/wire/keep";
import { Desk } from "./desk";
import { Storage } from "./storage";

let desk: Desk;
let talk: Talk;
let keep: Keep;
let seen: string[];
let troubles: string[];
let heard: number;

function write(text: string): void {
  keep.add({ id: `id-${text}`, text, page: { url: "", title: "", kind: "" }, at: 0 });
  talk.send();
}

function changed(): void {
  seen.push(talk?.draft ?? "");
  troubles.push(talk?.trouble ?? "");
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  desk = new Desk();
  [seen, troubles, heard] = [[], [], 0];
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("document", { hidden: false });
  vi.stubGlobal("BroadcastChannel", class { postMessage() {} close() {} });
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("removeEventListener", () => undefined);
  vi.stubGlobal("localStorage", new Storage());
  vi.stubGlobal("fetch", desk.fetch);
  keep = new Keep("ann");
  talk = new Talk("https://desk.example.com", "ann", keep, changed, () => heard++, new Signing(() => undefined, () => undefined));
});

afterEach(() => {
  talk.end();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const times = (name: string) => desk.asked.filter((each) => each === name).length;

test("a stream that is put off is asked for again when it may be, and the conversation goes on meanwhile", async () => {
  desk.streams = () => desk.later(30);
  talk.open();
  write("hello");
  await vi.waitFor(() => expect([talk.lines.length, times("GET stream")]).toEqual([2, 1]));
  await vi.advanceTimersByTimeAsync(29_000);
  expect(times("GET stream")).toBe(1);
  await vi.advanceTimersByTimeAsync(11_000);
  expect(times("GET stream")).toBe(2);
  expect(troubles).not.toContain("offline");
});

test("a message that is put off waits for as long as it was told, whatever becomes of the stream", async () => {
  talk.open();
  write("one");
  await vi.waitFor(() => expect([talk.lines.length, times("GET stream")]).toEqual([2, 1]));
  talk.close();
  desk.full = 1;
  let tries = 0;
  desk.streams = () => (tries++ ? Response.error() : Response.json({}, { status: 500 }));
  write("two");
  await vi.waitFor(() => expect(talk.trouble).toBe("slow"));
  talk.open();
  desk.full = 1;
  await vi.waitFor(() => expect(tries).toBeGreaterThan(0));
  const before = times("POST messages");
  await vi.advanceTimersByTimeAsync(50_000);
  expect(times("POST messages")).toBe(before);
  await vi.advanceTimersByTimeAsync(100_000);
  await vi.waitFor(() => expect(keep.waiting).toEqual([]));
});

test("what has ended tells nobody of what still comes", async () => {
  desk.holds = true;
  talk.open();
  write("hello");
  await vi.waitFor(() => expect(desk.held).not.toBe(null));
  talk.end();
  const before = seen.length;
  desk.say("you", "hello");
  desk.say("ai", "You said hello");
  desk.held?.enqueue(new TextEncoder().encode(`event: answer\ndata: ${JSON.stringify(desk.shown(0))}\n\n`));
  // It did arrive, and is not sent again.
  await vi.waitFor(() => expect(keep.waiting).toEqual([]));
  expect([seen.length - before, heard]).toEqual([0, 0]);
});
