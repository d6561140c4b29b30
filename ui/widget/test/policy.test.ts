import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { talking, type Talking } from "./talking";

const made = talking();
let { desk, talk, keep } = {} as Talking;

beforeEach(() => {
  ({ desk, talk, keep } = made());
});
afterEach(() => void vi.restoreAllMocks());

// What browsers say of a request that the page's policy let nobody make.
const forbidden = (blockedURI: string, disposition = "enforce", effectiveDirective = "connect-src") =>
  dispatchEvent(Object.assign(new Event("securitypolicyviolation"), { blockedURI, disposition, effectiveDirective }));
const OURS = "https://desk.example.com/widget/ann/messages?after=0";

test("where the page's policy forbids to ask, nothing is tried again, and what may be asked is not counted", async () => {
  const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
  desk.lost = 100;
  made().write("one");
  await vi.waitFor(() => expect(talk.trouble).toBe("offline"));
  forbidden("https://elsewhere.example.com/");
  forbidden(OURS, "report");
  forbidden("https://desk.example.com/picture", "enforce", "img-src");
  expect(talk.trouble).toBe("offline");
  forbidden(OURS);
  expect(talk.trouble).toBe("why_closed");
  expect(said.mock.calls.join()).toContain("add https://desk.example.com to connect-src");
  const before = desk.asked.length;
  await vi.advanceTimersByTimeAsync(120_000);
  expect(desk.asked.length).toBe(before);
});

test.each([
  ["a longer host", "https://desk.example.com.au/widget/ann/session"],
  ["another port", "https://desk.example.com:8443/widget/ann/session"],
  ["another path", "https://desk.example.com/api/v1/orders"],
  ["a longer path", "https://desk.example.com/widgets/ann/session"],
  ["what is no address", "inline"],
])("%s that the page's policy forbids is none of ours", async (_, uri) => {
  const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
  desk.lost = 1;
  made().write("one");
  await vi.waitFor(() => expect(talk.trouble).toBe("offline"));
  forbidden(uri);
  expect([talk.trouble, said.mock.calls]).toEqual(["offline", []]);
  await vi.waitFor(() => expect(keep.waiting).toEqual([]), { timeout: 60_000, interval: 500 });
});

test("where a browser names the host alone, as after a redirect, it is ours", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  desk.lost = 100;
  made().write("one");
  await vi.waitFor(() => expect(talk.trouble).toBe("offline"));
  forbidden("https://desk.example.com");
  expect(talk.trouble).toBe("why_closed");
});

test("a request of others that the policy forbids closes no chat that works", async () => {
  const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
  talk.open();
  made().write("one");
  await vi.waitFor(() => expect(talk.lines.length).toBe(2));
  forbidden("https://desk.example.com/widget/ann/files");
  expect([talk.trouble, said.mock.calls]).toEqual(["", []]);
  desk.lost = 1;
  made().write("two");
  await vi.waitFor(() => expect(talk.trouble).not.toBe(""));
  await vi.waitFor(() => expect(keep.waiting).toEqual([]), { timeout: 60_000, interval: 500 });
  expect(talk.trouble).toBe("");
});

test("once a request comes through nothing is forbidden any more", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  desk.lost = 1;
  made().write("one");
  await vi.waitFor(() => expect(talk.trouble).toBe("offline"));
  forbidden(OURS);
  expect(talk.trouble).toBe("why_closed");
  talk.again();
  await vi.waitFor(() => expect([keep.waiting, talk.trouble]).toEqual([[], ""]));
  desk.lost = 1;
  made().write("two");
  await vi.waitFor(() => expect(talk.trouble).toBe("offline"));
  await vi.waitFor(() => expect(keep.waiting).toEqual([]), { timeout: 60_000, interval: 500 });
});

test("who is refused was heard, whatever the policy forbids", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  desk.full = 1;
  made().write("one");
  await vi.waitFor(() => expect(talk.trouble).toBe("crowded"));
  forbidden(OURS);
  expect(talk.trouble).toBe("crowded");
});
