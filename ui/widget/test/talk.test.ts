import { beforeEach, expect, test, vi } from "vitest";
import { know, see, swap } from "../src/wire/kept";
import { talking, type Talking } from "./talking";

const made = talking();
let { desk, talk, keep, seen, troubles, out } = {} as Talking;

beforeEach(() => {
  ({ desk, talk, keep, seen, troubles, out } = made());
});

const said = () => talk.lines.map((line) => `${line.by}: ${line.parts.map((part) => ("text" in part ? part.text : "")).join()}`);

test("a message goes out once and its answer is there", async () => {
  talk.open();
  made().write("hello");
  await vi.waitFor(() => expect(said()).toEqual(["you: hello", "ai: You said hello"]));
  expect([keep.waiting, keep.token, talk.pending]).toEqual([[], "token", false]);
  expect(made().times("POST messages")).toBe(1);
});

test("one whose answer was lost is sent again, is one message, and those behind it keep their order", async () => {
  desk.lost = 2;
  talk.open();
  made().write("one");
  made().write("two");
  await vi.waitFor(() => expect(keep.waiting).toEqual([]), { timeout: 60_000, interval: 500 });
  expect(troubles).toContain("offline");
  expect(said()).toEqual(["you: one", "ai: You said one", "you: two", "ai: You said two"]);
  expect(desk.ids).toEqual(["id-one", "id-two"]);
});

test("one that arrived, but is answered to its sender no more, goes out once, and the next begins anew", async () => {
  desk.unanswered = 1;
  talk.open();
  made().write("one");
  await vi.waitFor(() => expect([keep.waiting, keep.token]).toEqual([[], ""]));
  expect([made().times("POST messages"), talk.pending]).toEqual([1, false]);
  made().write("two");
  await vi.waitFor(() => expect(keep.waiting).toEqual([]));
  expect([desk.ids, made().times("POST session")]).toEqual([["id-one", "id-two"], 2]);
});

test("what is being written is shown until the answer is there", async () => {
  desk.drafts = ["You", "You said"];
  talk.open();
  made().write("hello");
  await vi.waitFor(() => expect(talk.lines.length).toBe(2));
  expect(seen).toContain("You said");
  expect(talk.draft).toBe("");
});

test("once it was ended nothing of what was being written is shown, until something is said again", async () => {
  desk.holds = true;
  talk.open();
  made().write("hello");
  const draft = (text: string) => desk.held?.enqueue(new TextEncoder().encode(`event: draft\ndata: ${JSON.stringify({ text })}\n\n`));
  await vi.waitFor(() => expect(desk.held).not.toBe(null));
  draft("You");
  await vi.waitFor(() => expect(talk.draft).toBe("You"));
  await talk.tell({ shown: { ...desk.shown(0), state: { owner: "closed" } } });
  expect([talk.draft, talk.pending]).toEqual(["", false]);
  const before = seen.length;
  desk.say("you", "hello");
  draft("You said");
  const answer = { ...desk.shown(0), state: { owner: "closed" } };
  desk.held?.enqueue(new TextEncoder().encode(`event: answer\ndata: ${JSON.stringify(answer)}\n\n`));
  desk.held?.close();
  await vi.waitFor(() => expect(keep.waiting).toEqual([]));
  expect(seen.slice(before).filter((each) => each)).toEqual([]);
  [desk.holds, desk.drafts] = [false, ["You said"]];
  made().write("again");
  await vi.waitFor(() => expect(said()).toEqual(["you: hello", "you: again", "ai: You said again"]));
  expect(seen.slice(before)).toContain("You said");
});

test("a line that was missed is asked for before the one that came", async () => {
  talk.open();
  made().write("hello");
  await vi.waitFor(() => expect(talk.lines.length).toBe(2));
  desk.say("person", "one");
  desk.say("person", "two");
  await talk.tell({ shown: desk.shown(3) });
  expect(said().slice(2)).toEqual(["person: one", "person: two"]);
});

test("what comes while the window is closed is counted and told of, until it is opened", async () => {
  talk.open();
  made().write("hello");
  await vi.waitFor(() => expect(talk.lines.length).toBe(2));
  expect([talk.unread, made().heard]).toEqual([0, 0]);
  talk.close();
  desk.say("event", "Maya is here");
  desk.say("person", "one");
  await talk.tell({ shown: desk.shown(2) });
  expect([talk.unread, made().heard]).toEqual([1, 1]);
  talk.open();
  expect(talk.unread).toBe(0);
});

test("another conversation begins with nothing of the one before", async () => {
  talk.open();
  made().write("hello");
  await vi.waitFor(() => expect(talk.lines.length).toBe(2));
  talk.forget(keep.token);
  expect([talk.lines, keep.token, talk.state]).toEqual([[], "", {}]);
});

test("who is signed in gets what they said elsewhere, before they write here", async () => {
  made().user = { token: "proof" };
  desk.say("you", "from the phone");
  talk.open();
  await vi.waitFor(() => expect(said()).toEqual(["you: from the phone"]));
  expect(desk.users).toEqual([JSON.stringify({ user: made().user })]);
});

test.each([
  ["sign_in_needed", undefined, "sign_in", 0],
  ["sign_in_refused", { token: "over" }, "signed_out", 1],
])("%s stops everything until the page says who is signed in", async (code, proof, barred, told) => {
  made().user = proof;
  desk.refuses = code;
  talk.open();
  made().write("hello");
  await vi.waitFor(() => expect(talk.signing.barred).toBe(barred));
  const asked = desk.asked.length;
  expect([keep.waiting.length, keep.waiting[0]?.why, out.length > 0]).toEqual([1, undefined, told > 0]);
  talk.again();
  expect(desk.asked.length).toBe(asked);
  [desk.refuses, talk.signing.barred, made().user] = ["", "", { token: "fresh" }];
  talk.again();
  await vi.waitFor(() => expect(said()).toEqual(["you: hello", "ai: You said hello"]));
});

test("who has not said what is wanted is asked for it, and what waits goes out once, in order", async () => {
  desk.ask = { email: "required", phone: "required" };
  talk.open();
  made().write("one");
  await vi.waitFor(() => expect(talk.asked?.wrong).toBe("email"));
  expect(talk.asked?.ask).toEqual(desk.ask);
  made().write("two");
  expect([keep.waiting.map((each) => [each.text, each.why]), talk.pending, talk.trouble]).toEqual([[["one", undefined], ["two", undefined]], false, ""]);
  const before = talk.asked?.key;
  know(keep, { email: "ada" });
  talk.answered();
  expect(talk.asked).toBe(null);
  await vi.waitFor(() => expect([undefined, before]).not.toContain(talk.asked?.key));
  expect(keep.about).toEqual({ email: "ada" });
  know(keep, { email: "ada@example.com" });
  talk.answered();
  await vi.waitFor(() => expect(talk.asked?.wrong).toBe("phone"));
  know(keep, { email: "ada@example.com", phone: "12345" });
  talk.answered();
  await vi.waitFor(() => expect(keep.waiting).toEqual([]));
  expect([desk.ids, talk.asked]).toEqual([["id-one", "id-two"], null]);
});

test("what cannot be asked for is no form", async () => {
  desk.ask = { consent: "" };
  talk.open();
  made().write("one");
  await vi.waitFor(() => expect(keep.waiting[0]?.why).toBe("why_other"));
  expect(talk.asked).toBe(null);
});

test("where what was said is not found there is nothing to wait for, and what is written goes on", async () => {
  swap(keep, "", "token");
  see(keep, 5);
  desk.gone = true;
  talk.open();
  await vi.waitFor(() => expect([talk.loaded, seen.length > 0]).toEqual([true, true]));
  talk.close();
  talk.open();
  expect([keep.seen, talk.trouble]).toEqual([5, ""]);
  const before = made().times("GET lines");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(made().times("GET lines")).toBeLessThanOrEqual(before + 1);
  desk.gone = false;
  made().write("hello");
  await vi.waitFor(() => expect(said()).toEqual(["you: hello", "ai: You said hello"]));
});
