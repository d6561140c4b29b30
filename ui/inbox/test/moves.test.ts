import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Row } from "../src/api/types";
import { App, type Boot } from "../src/state/app";
import { putRows } from "../src/state/desk";
import { close, leave, openConversation, passTo, snooze, take } from "../src/state/moves";
import { MemoryStorage } from "./memory_storage";

let asked: string[] = [];
let bodies: unknown[] = [];
let answers: ((answer: Response | Error) => void)[] = [];

beforeEach(() => {
  asked = [];
  bodies = [];
  answers = [];
  vi.stubGlobal("localStorage", new MemoryStorage());
  vi.stubGlobal("document", { querySelector: () => null });
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("fetch", (address: string, options?: RequestInit) => {
    asked.push(address.slice(address.lastIndexOf("/") + 1));
    bodies.push(typeof options?.body === "string" ? JSON.parse(options.body) : null);
    return new Promise<Response>((done, fail) => answers.push((answer) => (answer instanceof Error ? fail(answer) : done(answer))));
  });
});
afterEach(() => vi.unstubAllGlobals());

function running(owner: string): App {
  const app = new App({ me: { id: "me", name: "Me" }, workspace: "w" } as unknown as Boot);
  app.desk.set((desk) => putRows(desk, [{ id: "one", owner, assignee: null, labels: [], version: 1 } as unknown as Row]));
  return app;
}
const soon = async (names: string[]): Promise<void> => vi.waitFor(() => expect(asked).toEqual(names));
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

test("what is done with a conversation is asked for one after another", async () => {
  const app = running("queued");
  void take(app, "one");
  void close(app, "one", "solved");
  await soon(["take"]);
  await turns();
  expect(asked).toEqual(["take"]);
  answers[0]?.(Response.json({}));
  await soon(["take", "close"]);
});

test("what is done with a conversation waits for the line that was written before", async () => {
  const app = running("human");
  app.outbox.add("one", { text: "Hello", client_id: "c1", note: false }, 0);
  void close(app, "one", "solved");
  await soon(["messages"]);
  await turns();
  expect(asked).toEqual(["messages"]);
  answers[0]?.(Response.json({ client_id: "c1", seq: 1 }));
  await soon(["messages", "close"]);
});

test("what the feed still says of before an act neither shows nor is what the next act expects", async () => {
  const app = running("queued");
  const comes = (part: Partial<Row>): void => app.desk.set((desk) => putRows(desk, [{ id: "one", owner: "queued", assignee: null, labels: [], ...part } as unknown as Row]));
  const owner = (): string | undefined => app.desk.get().rows.get("one")?.owner;
  void take(app, "one");
  await soon(["take"]);
  comes({ version: 2 });
  expect(owner()).toBe("human");
  void close(app, "one", "solved");
  answers[0]?.(Response.json({ id: "one", owner: "human", assignee: { id: "me", name: "Me" }, version: 3 }));
  await soon(["take", "close"]);
  expect(bodies[1]).toEqual({ outcome: "solved", expected: { owner: "human", assignee_id: "me" } });
  expect(owner()).toBe("closed");
  answers[1]?.(Response.json({ code: "changed_hands", details: { owner: "human", assignee: { name: "Al" } } }, { status: 409 }));
  await vi.waitFor(() => expect(owner()).toBe("human"));
  comes({ version: 5 });
  expect(owner()).toBe("queued");
});

test("where no line gets through, what is done says so rather than wait", async () => {
  const app = running("human");
  app.outbox.add("one", { text: "Hello", client_id: "c1", note: false }, 0);
  void close(app, "one", "solved");
  await soon(["messages"]);
  answers[0]?.(new TypeError("no line"));
  await vi.waitFor(() => expect(asked.slice(0, 2)).toEqual(["messages", "close"]));
});

test("what a toast would undo goes with it when somebody undid it meanwhile", async () => {
  const app = running("human");
  const toast = (): string | undefined => app.window.get().toast?.text;
  const comes = (part: Partial<Row>): void => app.desk.set((desk) => putRows(desk, [{ ...desk.rows.get("one")!, ...part }]));
  void close(app, "one", "solved");
  await soon(["close"]);
  answers[0]?.(Response.json({}));
  await vi.waitFor(() => expect(toast()).toBe("closed_as"));
  comes({ unread: 1, version: 2 });
  await turns();
  expect(toast()).toBe("closed_as");
  comes({ owner: "queued", version: 3 });
  await vi.waitFor(() => expect(toast()).toBeUndefined());
  void snooze(app, "one", new Date("2030-01-01T09:00:00Z"));
  await soon(["close", "snooze"]);
  answers[1]?.(Response.json({}));
  await vi.waitFor(() => expect(toast()).toBe("snoozed"));
  comes({ snoozed_until: null, version: 4 });
  await vi.waitFor(() => expect(toast()).toBeUndefined());
});

test("of conversations that keys pass through only the one they stop at is asked for", async () => {
  vi.stubGlobal("location", { pathname: "/panel/chats", search: "" });
  vi.stubGlobal("history", { pushState: () => undefined, replaceState: () => undefined });
  vi.useFakeTimers();
  const app = running("queued");
  for (const id of ["one", "two", "three"]) passTo(app, id);
  expect(app.desk.get()).toMatchObject({ open: "three", pane: "chat" });
  expect(asked).toEqual([]);
  vi.advanceTimersByTime(1000);
  vi.useRealTimers();
  expect(asked.every((address) => address === "three" || address.startsWith("messages"))).toBe(true);
  expect(asked).toContain("three");
});

test("a conversation that was left and come back to is asked for once, and one that was left is not", () => {
  vi.stubGlobal("location", { pathname: "/panel/chats", search: "" });
  vi.stubGlobal("history", { pushState: () => undefined, replaceState: () => undefined });
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  vi.useFakeTimers();
  const app = running("queued");
  const times = (id: string): number => asked.filter((address) => address === id).length;
  passTo(app, "one");
  vi.advanceTimersByTime(100);
  passTo(app, "two");
  passTo(app, "one");
  vi.advanceTimersByTime(100);
  expect(asked).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(times("one")).toBe(1);
  passTo(app, "two");
  openConversation(app, "one");
  const before = times("one");
  passTo(app, "two");
  openConversation(app, "one");
  vi.advanceTimersByTime(1000);
  expect(times("two")).toBe(0);
  expect(times("one")).toBe(before + 1);
  passTo(app, "two");
  leave(app);
  vi.advanceTimersByTime(1000);
  vi.useRealTimers();
  expect(times("two")).toBe(0);
});
