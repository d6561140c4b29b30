import { describe, expect, test } from "vitest";
import { Offline, Problem } from "../src/api/http";
import type { Message } from "../src/api/types";
import { Outbox, type Out, type Wire } from "../src/state/outbox";
import { MemoryStorage } from "./memory_storage";

type Answer = "ok" | "lost" | Error;

class Desk implements Wire {
  sent: string[] = [];
  told: Out[] = [];
  refusals: string[] = [];
  answers: Answer[] = [];
  locks = true;

  async say(_: string, body: { client_id: string; text: string }): Promise<Message> {
    const answer = this.answers.shift() ?? "ok";
    if (answer instanceof Error) throw answer;
    this.sent.push(body.text);
    if (answer === "lost") throw new Offline("the answer was lost");
    return { client_id: body.client_id, seq: this.sent.length } as Message;
  }
  said(_: string, __: Message, out: Out): void {
    this.told.push(out);
  }
  refused(out: Out, problem: Problem): void {
    this.refusals.push(`${out.body.text} ${problem.code}`);
  }
  changed(): void {}
  async lock(_: string, run: () => Promise<void>): Promise<boolean> {
    if (this.locks) await run();
    return this.locks;
  }
  async wait(): Promise<void> {
    await new Promise((done) => setTimeout(done, 0));
  }
}

const message = (text: string, more = {}) => ({ text, client_id: `id-${text}`, note: false, ...more });
const until = async (so: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 200 && !so(); tries += 1) await new Promise((done) => setTimeout(done, 1));
  expect(so()).toBe(true);
};

/** Two tabs of one person, in which "a" and "b" wait; neither sends as long as its desk does not lock. */
const twoTabs = () => {
  const storage = new MemoryStorage();
  const [one, two] = [new Desk(), new Desk()];
  one.locks = two.locks = false;
  const here = new Outbox("me", storage, one);
  for (const text of ["a", "b"]) here.add("conv", message(text), 0);
  const there = new Outbox("me", storage, two);
  there.open();
  return { storage, one, two, here, there };
};

describe("the outbox", () => {
  test("sends in the order it was written, however often the line goes", async () => {
    const desk = new Desk();
    desk.answers = [new Offline("no line"), new Problem(503, "", "", {}), "ok", new Offline("no line"), "ok", "ok"];
    const box = new Outbox("me", new MemoryStorage(), desk);
    for (const text of ["a", "b", "c"]) box.add("conv", message(text), 0);
    await until(() => box.of("conv").length === 0);
    expect(desk.sent).toEqual(["a", "b", "c"]);
  });

  test("keeps a message over a reload of the page, and knows it again when the answer was lost", async () => {
    const storage = new MemoryStorage();
    const first = new Desk();
    first.answers = Array.from({ length: 500 }, () => new Offline("no line"));
    new Outbox("me", storage, first).add("conv", message("kept"), 0);
    const second = new Desk();
    second.answers = ["lost"];
    const box = new Outbox("me", storage, second);
    box.open();
    expect(box.of("conv").map((out) => out.body.text)).toEqual(["kept"]);
    await until(() => second.sent.length === 2);
    expect(new Set(second.told.map((out) => out.client_id))).toEqual(new Set(["id-kept"]));
    expect(new Outbox("me", storage, second).of("conv")).toEqual([]);
  });

  test("another person's messages are nothing to it", () => {
    const storage = new MemoryStorage();
    const desk = new Desk();
    desk.locks = false;
    new Outbox("me", storage, desk).add("conv", message("mine"), 0);
    const other = new Outbox("other", storage, desk);
    other.open();
    expect(other.of("conv")).toEqual([]);
  });

  test("what is dropped in one tab is sent by no other", async () => {
    const { storage, two, here, there } = twoTabs();
    here.drop("id-a");
    two.locks = true; // the first tab is closed, or let go
    await until(() => two.sent.length > 0);
    await until(() => there.of("conv").length === 0);
    expect(two.sent).toEqual(["b"]);
    expect(new Outbox("me", storage, new Desk()).of("conv")).toEqual([]);
  });

  test("what one tab writes of its own brings nothing back that another dropped or holds", async () => {
    const { storage, one, here, there } = twoTabs();
    here.drop("id-a");
    one.answers = [new Problem(409, "conversation_moved_on", "", {})];
    one.locks = true;
    await until(() => here.of("conv").some((out) => out.state === "held"));
    one.locks = false;
    there.add("other", message("c"), 0);
    there.heed();
    expect(there.of("conv").map((out) => [out.client_id, out.state])).toEqual([["id-b", "held"]]);
    const third = new Outbox("me", storage, one);
    third.open();
    expect([...third.of("conv"), ...third.of("other")].map((out) => out.client_id)).toEqual(["id-b", "id-c"]);
  });

  test("a storage that is full, or was cleared, loses nothing that waits", async () => {
    const storage = new MemoryStorage();
    const desk = new Desk();
    desk.locks = false;
    const box = new Outbox("me", storage, desk);
    box.add("conv", message("kept"), 0);
    storage.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
    box.add("conv", message("only in memory"), 0);
    box.heed();
    expect(box.of("conv").map((out) => out.body.text)).toEqual(["kept", "only in memory"]);
    storage.clear();
    box.heed();
    desk.locks = true;
    await until(() => box.of("conv").length === 0);
    expect(desk.sent).toEqual(["kept", "only in memory"]);
  });

  test("stops once when something came in between, and goes on when told to", async () => {
    const desk = new Desk();
    desk.answers = [new Problem(409, "conversation_moved_on", "New lines came.", {})];
    const box = new Outbox("me", new MemoryStorage(), desk);
    box.add("conv", message("late", { expected_seq: 3 }), 0);
    await until(() => box.find("id-late")?.state === "held");
    box.again("id-late", 5);
    await until(() => box.of("conv").length === 0);
    expect(desk.told[0]!.body.expected_seq).toBe(5);
  });

  test("a refusal keeps the text, and what is behind it goes on", async () => {
    const desk = new Desk();
    desk.answers = [new Problem(422, "text_too_long", "The text is too long.", {}), "ok"];
    const box = new Outbox("me", new MemoryStorage(), desk);
    box.add("conv", message("long"), 0);
    box.add("conv", message("next"), 0);
    await until(() => desk.sent.length === 1);
    expect(box.of("conv").map((out) => [out.state, out.detail])).toEqual([["failed", "The text is too long."]]);
    expect(box.drop("id-long")?.body.text).toBe("long");
    expect(box.of("conv")).toEqual([]);
  });

  test("what the feed brings is not sent again", async () => {
    const desk = new Desk();
    desk.answers = Array.from({ length: 500 }, () => new Offline("no line"));
    const box = new Outbox("me", new MemoryStorage(), desk);
    box.add("conv", message("there"), 0);
    box.seen("id-there");
    expect(box.of("conv")).toEqual([]);
  });

  test("a full storage loses nothing of what is being sent", async () => {
    const storage = new MemoryStorage();
    storage.full = true;
    const desk = new Desk();
    const box = new Outbox("me", storage, desk);
    box.add("conv", message("a"), 0);
    await until(() => desk.sent.length === 1);
  });
});
