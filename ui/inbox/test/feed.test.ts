import { afterEach, expect, test, vi } from "vitest";
import { SseParser } from "../src/feed/sse";
import { Stream, type Line } from "../src/feed/stream";

test("events are read whatever way the bytes are cut", () => {
  const text = ':\n\nid: 7\nevent: message\ndata: {"a":\ndata: 1}\n\nid: 9\r\n\r\ndata: {}\r\n\r\n';
  for (let size = 1; size <= text.length; size += 1) {
    const parser = new SseParser();
    const found = [];
    for (let at = 0; at < text.length; at += size) found.push(...parser.push(text.slice(at, at + size)));
    expect(found, `cut each ${size}`).toEqual([
      { id: "7", event: "message", data: { a: 1 } },
      { id: "9", event: "", data: null },
      { id: "9", event: "message", data: {} },
    ]);
  }
});

test("what is no JSON is no event's data, and breaks nothing", () => {
  expect(new SseParser().push("data: {broken\n\n")).toEqual([{ id: "", event: "message", data: null }]);
});

afterEach(() => vi.unstubAllGlobals());

function body(...chunks: string[]): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(bytes.encode(chunk));
      controller.close();
    },
  });
}

test("after a cut the stream goes on behind the last event, and says nothing of a cut that is mended at once", async () => {
  const asked: string[] = [];
  const lines: Line[] = [];
  const ids: string[] = [];
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("removeEventListener", () => undefined);
  vi.stubGlobal("navigator", { onLine: true });
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    const second = asked.length > 1;
    if (second) queueMicrotask(() => stream.stop());
    return new Response(second ? body(":\n\n") : body('id: 41\nevent: message\ndata: {}\n\nid: 42\nevent: message\ndata: {}\n\n'));
  });
  const stream = new Stream({ event: (event) => ids.push(event.id), line: (line) => lines.push(line) }, "40");
  await stream.run();
  expect(asked).toEqual(["/api/v1/feed?after=40", "/api/v1/feed?after=42"]);
  expect(ids).toEqual(["41", "42"]);
  expect(lines).not.toContain("down");
});
