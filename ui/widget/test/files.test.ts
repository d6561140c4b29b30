import { beforeEach, expect, test, vi } from "vitest";
import { Tray } from "../src/files/tray";
import type { Chat } from "../src/view/chat";
import { retry } from "../src/wire/kept";
import { talking, type Talking } from "./talking";

const made = talking((message, post) => tray.carry(message, post));
let { desk, talk, keep } = {} as Talking;
// What the program says to each file, and for how many seconds one that it does not take is put off.
let takes: boolean;
let offS: number;
let uploads: string[];
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

const soon = (seen: () => void) => vi.waitFor(seen, { timeout: 4000 });
// A second goes by each time it is looked at.
const comes = (seen: () => void) =>
  vi.waitFor(() => {
    vi.advanceTimersByTime(1000);
    seen();
  }, { timeout: 4000, interval: 5 });
const picture = () => new File(["cup"], "cup.png");

beforeEach(() => {
  [takes, offS, uploads] = [false, 3600, []];
  vi.stubGlobal("XMLHttpRequest", Upload);
  ({ talk, keep, desk } = made());
  const options = { assistant: "ann", files: { most: 5, bytes: 1000 } };
  tray = new Tray({ host: { options }, keep, talk, say: () => "", announce: () => undefined, changed: () => undefined } as unknown as Chat);
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
  made().write("this one", tray.taken());
  made().write("are you there?");
  await soon(() => expect(desk.ids).toEqual(["id-are you there?"]));
  expect(keep.waiting.map(({ text, why }) => [text, why])).toEqual([["this one", "put_off"]]);
  takes = true;
  retry(keep, "id-this one");
  talk.again();
  await soon(() => expect(desk.ids).toEqual(["id-are you there?", "id-this one"]));
  await soon(() => expect(keep.waiting).toEqual([]));
});

test("one that is put off again and again for a moment holds what is behind it for a few minutes at most", async () => {
  offS = 20;
  talk.open();
  await tray.add([picture()]);
  made().write("this one", tray.taken());
  made().write("are you there?");
  await comes(() => expect(desk.ids).toEqual(["id-are you there?"]));
  expect(uploads.length).toBeGreaterThan(1);
  expect(uploads.length).toBeLessThan(8);
});

test("one that is put off for a moment goes out by itself, in its order", async () => {
  offS = 5;
  talk.open();
  await tray.add([picture()]);
  made().write("this one", tray.taken());
  made().write("are you there?");
  await comes(() => expect(uploads.length).toBeGreaterThan(1));
  takes = true;
  await comes(() => expect(desk.ids).toEqual(["id-this one", "id-are you there?"]));
});
