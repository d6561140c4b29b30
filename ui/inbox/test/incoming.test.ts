import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Message } from "../src/api/types";
import { App, type Boot } from "../src/state/app";
import { setThread, threadOf } from "../src/state/desk";
import { Incoming } from "../src/state/incoming";
import { MemoryStorage } from "./memory_storage";

const line = (seq: number, text: string): Message => ({ id: `m${seq}`, seq, parts: [{ type: "text", text }] }) as unknown as Message;
const texts = (app: App, id: string): string[] =>
  threadOf(app.desk.get(), id).messages.map((message) => (message.parts[0] as { text: string }).text);
const RESYNC = { id: "", event: "resync", data: null };

/** What the server has of "open": 250 lines, every one of them changed meanwhile, and one more. */
const server = Array.from({ length: 251 }, (_, at) => line(at + 1, `new ${at + 1}`));
let isAway = false;

function answer(address: string): Response {
  const url = new URL(address, "http://desk");
  if (isAway) throw new TypeError("no line");
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
