import { expect, test, vi } from "vitest";
import type { Host } from "../../loader/src/guest";
import { Storage } from "./storage";

test("a conversation that has ended counts nothing any more", async () => {
  vi.stubGlobal("MADE", "");
  vi.stubGlobal("localStorage", new Storage());
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("removeEventListener", () => undefined);
  const { Chat } = await import("../src/view/chat");
  const counted: number[] = [];
  const drawn = vi.fn();
  const host = { options: { assistant: "ann" }, user: () => undefined, unread: (count: number) => counted.push(count) };
  const chat = new Chat(host as unknown as Host, drawn);
  chat.changed();
  chat.end();
  chat.changed();
  expect([counted, drawn.mock.calls.length]).toEqual([[0], 1]);
});
