import { expect, test } from "vitest";
import { told } from "../src/talk/sse";

const STREAM = ': alive\n\nid: 3\nevent: lines\ndata: {"a":"é"}\n\n:\n\nevent: writing\ndata: true\n\n';

function pieces(...sizes: number[]): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(STREAM);
  return new ReadableStream({
    start(controller) {
      let at = 0;
      for (const size of [...sizes, bytes.length]) {
        controller.enqueue(bytes.slice(at, at + size));
        at += size;
      }
      controller.close();
    },
  });
}

async function all(body: ReadableStream<Uint8Array> | null) {
  const found = [];
  for await (const each of told(body)) found.push(each);
  return found;
}

test("a stream says within how long to come back, and that is no event", async () => {
  const said: number[] = [];
  const bytes = new TextEncoder().encode('retry: 33\n\nretry: x\nevent: lines\ndata: 1\n\n');
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  const found = [];
  for await (const each of told(body, undefined, (ms) => said.push(ms))) found.push(each);
  expect([said, found]).toEqual([[33, 0], [{ event: "lines", data: "1" }]]);
});

test("wherever a stream is cut into pieces it says the same", async () => {
  const length = new TextEncoder().encode(STREAM).length;
  for (let at = 0; at < length; at++) {
    expect(await all(pieces(at))).toEqual([
      { event: "lines", data: '{"a":"é"}' },
      { event: "writing", data: "true" },
    ]);
  }
});

test("every piece is a sign of life, and no body says nothing", async () => {
  let alive = 0;
  for await (const _ of told(pieces(2, 5), () => alive++)) void _;
  expect(alive).toBe(3);
  expect(await all(null)).toEqual([]);
});
