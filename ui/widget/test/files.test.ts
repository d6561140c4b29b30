import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Tray } from "../src/files/tray";
import { Signing } from "../src/talk/signing";
import { Talk } from "../src/talk/talk";
import type { Chat } from "../src/view/chat";
import { Keep } from "../src/wire/keep";
import { retry } from "../src/wire/kept";
import type { Attached, Shown } from "../src/wire/types";
import { Storage } from "./storage";

// What the program says to each file, and for how many seconds one that it does not take is put off.
let takes: boolean;
let offS: number;
let uploads: string[];
let texts: string[];
let keep: Keep;
let talk: Talk;
let tray: Tray;

class Upload {
  upload = {};
  status = 0;
  responseText = "";
  onload = () => {};
  private _name = "";

  open(_: string, address: string): void {
    this._name = decodeURIComponent(address.split("name=")[1] ?? "");
  }
  setRequestHeader(): void {}
  abort(): void {}
  getResponseHeader = () => (takes ? null : String(offS));
  send(): void {
    uploads.push(this._name);
    this.status = takes ? 201 : 429;
    this.responseText = JSON.stringify(takes ? { file_id: `id-${this._name}` } : {});
    queueMicrotask(() => this.onload());
  }
}

const program = async (address: string, how: { body?: string }): Promise<Response> => {
  const name = (address.split("/").at(-1) ?? "").split("?")[0];
  if (name === "session") return Response.json({ token: "token" });
  if (name === "stream") return new Response(new ReadableStream());
  if (name === "messages") texts.push((JSON.parse(how.body ?? "") as { text: string }).text);
  const shown: Shown = { of: "conv_1", lines: [], state: {}, after: 0 };
  return name === "lines" ? Response.json(shown) : new Response(`event: answer\ndata: ${JSON.stringify(shown)}\n\n`);
};

function write(text: string, files?: Attached[]): void {
  keep.add({ id: `id-${text}`, text, page: { url: "", title: "", kind: "" }, at: 0, ...(files ? { files } : {}) });
  talk.send();
}

const soon = (seen: () => void) => vi.waitFor(seen, { timeout: 4000 });
// A second goes by each time it is looked at.
const comes = (seen: () => void) =>
  vi.waitFor(() => {
    vi.advanceTimersByTime(1000);
    seen();
  }, { timeout: 4000, interval: 5 });
const picture = () => new File(["cup"], "cup.png");

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  [takes, offS, uploads, texts] = [false, 3600, [], []];
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("document", { hidden: false });
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("removeEventListener", () => undefined);
  vi.stubGlobal("BroadcastChannel", class { postMessage() {} close() {} });
  vi.stubGlobal("localStorage", new Storage());
  vi.stubGlobal("fetch", program);
  vi.stubGlobal("XMLHttpRequest", Upload);
  keep = new Keep("ann");
  const signing = new Signing(() => undefined, () => undefined);
  talk = new Talk("https://desk.example.com", "ann", keep, () => undefined, () => undefined, signing, (message, post) => tray.carry(message, post));
  const options = { assistant: "ann", files: { most: 5, bytes: 1000 } };
  tray = new Tray({ host: { options }, keep, talk, say: () => "", announce: () => undefined, changed: () => undefined } as unknown as Chat);
});

afterEach(() => {
  talk.end();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a file that is put off for long says so, and goes out when it is tried again", async () => {
  await tray.add([picture()]);
  await soon(() => expect(tray.items[0]?.why).toBe("put_off"));
  expect(tray.ready).toBe(false);
  // What is written meanwhile takes nothing away.
  expect(tray.taken()).toEqual([]);
  takes = true;
  tray.again(tray.items[0]!);
  await soon(() => expect(tray.items[0]?.id).toBe("id-cup.png"));
  expect(tray.taken().map((file) => file.id)).toEqual(["id-cup.png"]);
});

test("texts behind a file that is put off for long go out, and the file can be sent again", async () => {
  talk.open();
  await tray.add([picture()]);
  write("this one", tray.taken());
  write("are you there?");
  await soon(() => expect(texts).toEqual(["are you there?"]));
  expect(keep.waiting.map(({ text, why }) => [text, why])).toEqual([["this one", "put_off"]]);
  takes = true;
  retry(keep, "id-this one");
  talk.again();
  await soon(() => expect(texts).toEqual(["are you there?", "this one"]));
  await soon(() => expect(keep.waiting).toEqual([]));
});

test("one that is put off again and again for a moment holds what is behind it for a few minutes at most", async () => {
  offS = 20;
  talk.open();
  await tray.add([picture()]);
  write("this one", tray.taken());
  write("are you there?");
  await comes(() => expect(texts).toEqual(["are you there?"]));
  expect(uploads.length).toBeGreaterThan(1);
  expect(uploads.length).toBeLessThan(8);
});

test("one that is put off for a moment goes out by itself, in its order", async () => {
  offS = 5;
  talk.open();
  await tray.add([picture()]);
  write("this one", tray.taken());
  write("are you there?");
  await comes(() => expect(uploads.length).toBeGreaterThan(1));
  takes = true;
  await comes(() => expect(texts).toEqual(["this one", "are you there?"]));
});
