import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Message, Row } from "../src/api/types";
import { App, type Boot } from "../src/state/app";
import { setThread, threadOf } from "../src/state/desk";
import { Incoming } from "../src/state/incoming";
import { loadSection, loadView } from "../src/state/loading";
import { sectionsOf, wanted } from "../src/state/sections";
import { MemoryStorage } from "./memory_storage";
import { at, row } from "./rows";

const line = (seq: number, text: string): Message => ({ id: `m${seq}`, seq, parts: [{ type: "text", text }] }) as unknown as Message;
const texts = (app: App, id: string): string[] =>
  threadOf(app.desk.get(), id).messages.map((message) => (message.parts[0] as { text: string }).text);
const RESYNC = { id: "", event: "resync", data: null };

/** What the server has of "open": 250 lines, every one of them changed meanwhile, and one more. */
const server = Array.from({ length: 251 }, (_, at) => line(at + 1, `new ${at + 1}`));
let isAway = false;

/** What the server has in its lists, by view. */
let lists: Record<string, Row[]> = {};

function listed(query: URLSearchParams): { data: Row[]; next_cursor: string | null } {
  const all = lists[query.get("view") ?? ""] ?? [];
  const from = Number(query.get("cursor") ?? 0);
  const to = from + Number(query.get("limit"));
  return { data: all.slice(from, to), next_cursor: to < all.length ? String(to) : null };
}

function answer(address: string): Response {
  const url = new URL(address, "http://desk");
  if (isAway) throw new TypeError("no line");
  if (url.pathname === "/api/v1/conversations") return Response.json(listed(url.searchParams));
  if (url.pathname !== "/api/v1/conversations/open/messages") return Response.json({ data: [], next_cursor: null });
  const [before, after] = [url.searchParams.get("before_seq"), url.searchParams.get("after_seq")];
  const limit = Number(url.searchParams.get("limit"));
  const found = server.filter((one) => (before ? one.seq < Number(before) : one.seq > Number(after ?? 0)));
  return Response.json({ data: before ? found.slice(-limit) : found.slice(0, limit), next_cursor: null });
}

function running(): { app: App; incoming: Incoming } {
  const app = new App({ me: { id: "me", name: "Me" }, workspace: "w" } as unknown as Boot);
  const shown = Array.from({ length: 220 }, (_, at) => line(at + 31, `old ${at + 31}`));
  app.desk.set({ open: "open" });
  app.desk.set((desk) => setThread(desk, "open", { messages: shown }));
  app.desk.set((desk) => setThread(desk, "other", { messages: [line(1, "old")] }));
  return { app, incoming: new Incoming(app) };
}

beforeEach(() => {
  isAway = false;
  lists = {};
  vi.stubGlobal("localStorage", new MemoryStorage());
  vi.stubGlobal("fetch", async (address: string) => answer(address));
});
afterEach(() => vi.unstubAllGlobals());

const expected = server.slice(30).map((one) => `new ${one.seq}`);

test("after a cut that missed much, what is shown is what the server has, and the rest is read when it is opened", async () => {
  const { app, incoming } = running();
  incoming.event(RESYNC);
  await vi.waitFor(() => expect(texts(app, "open")).toEqual(expected));
  expect(app.desk.get().threads.has("other")).toBe(false);
});

test("what could not be read again then is read as soon as the line is there", async () => {
  const { app, incoming } = running();
  isAway = true;
  incoming.event(RESYNC);
  await vi.waitFor(() => expect(app.desk.get().threads.has("other")).toBe(false));
  isAway = false;
  incoming.line("up");
  await vi.waitFor(() => expect(texts(app, "open")).toEqual(expected));
});

// The lists stand by their last lines: of `n` rows the first is the newest.
const many = (n: number, part: Partial<Row> = {}): Row[] =>
  Array.from({ length: n }, (_, place) => row(`c${place}`, { last_message: { seq: 1, author: "contact", preview: "", at: at(n - place) }, ...part }));
const shownIn = (app: App): string[] => sectionsOf(app.desk.get()).flatMap((section) => wanted(app.desk.get(), section));

async function listing(pages: number): Promise<{ app: App; incoming: Incoming }> {
  const run = running();
  run.app.desk.set({ view: "bot", open: null });
  lists = { bot: many(300) };
  await loadView(run.app);
  for (let page = 1; page < pages; page += 1) await loadSection(run.app, sectionsOf(run.app.desk.get())[0]!);
  return run;
}

test("after a cut that missed much, all pages that were loaded are as the server has them", async () => {
  const { app, incoming } = await listing(4);
  expect(shownIn(app)).toHaveLength(200);
  lists = { bot: many(300, { subject: "changed", version: 2 }).filter((one) => one.id !== "c170") };
  incoming.event(RESYNC);
  await vi.waitFor(() => expect(app.desk.get().rows.has("c170")).toBe(false));
  expect(shownIn(app)).toEqual(lists.bot!.slice(0, 200).map((one) => one.id));
  expect(shownIn(app).every((id) => app.desk.get().rows.get(id)!.subject === "changed")).toBe(true);
  await loadSection(app, sectionsOf(app.desk.get())[0]!);
  expect(shownIn(app)).toEqual(lists.bot!.slice(0, 250).map((one) => one.id));
});

test("lists that could not be asked then are asked as soon as the line is there", async () => {
  const { app, incoming } = await listing(2);
  lists = { bot: many(60, { version: 2 }) };
  isAway = true;
  incoming.event(RESYNC);
  await vi.waitFor(() => expect([...app.desk.get().sections.values()].map((one) => one.failed)).toEqual([true]));
  isAway = false;
  incoming.line("up");
  await vi.waitFor(() => expect(shownIn(app)).toHaveLength(60));
});
