import { afterEach, expect, test, vi } from "vitest";
import { Keep } from "../../widget/src/wire/keep";
import { Stored } from "../src/rehearsal";

afterEach(() => vi.unstubAllGlobals());

test("the widget reads in the preview what it would have kept itself", () => {
  const stored = new Stored();
  vi.stubGlobal("localStorage", stored);
  stored.begun("frontdesk.preview", true);
  const keep = new Keep("preview");
  expect([keep.token, keep.seen, keep.quiet, keep.waiting]).toEqual(["preview", 2, true, []]);
  keep.add({ id: "one", text: "hello", page: { url: "", title: "", kind: "" }, at: 1 });
  expect(new Keep("preview").waiting.map(({ text }) => text)).toEqual(["hello"]);
  stored.begun("frontdesk.preview", false);
  expect(new Keep("preview").begun).toBe(false);
});
