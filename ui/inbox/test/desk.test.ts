import { expect, test } from "vitest";
import { follows, patchRow, putMessages, putRows, putTyping, threadOf } from "../src/state/desk";
import { compare, headCount, openCount, sectionsOf, viewCount, wanted } from "../src/state/sections";
import { settle } from "../src/state/settle";
import { offsets, visible } from "../src/view/virtual";
import { at, desk, ME, message, row, said } from "./rows";

test("what is older by its version changes nothing, whatever way it came", () => {
  const now = desk(putRows(desk(), [row("a", { version: 5, subject: "new" })]));
  expect(putRows(now, [row("a", { version: 4, subject: "old" })]).rows!.get("a")!.subject).toBe("new");
  expect(patchRow(now, "a", { version: 4, subject: "old" })).toEqual({});
});

test("messages stand in their order, each once, and a gap is noticed", () => {
  let now = desk(putMessages(desk(), "a", [message(3), message(1)]));
  now = desk(putMessages(now, "a", [message(2), message(3, { parts: [{ type: "text", text: "changed" }] })]));
  expect(threadOf(now, "a").messages.map((one) => [one.seq, one.parts[0]!.text])).toEqual([[1, "line 1"], [2, "line 2"], [3, "changed"]]);
  expect(follows(now, "a", message(4))).toBe(true);
  expect(follows(now, "a", message(5))).toBe(false);
  expect(follows(now, "b", message(1))).toBe(false);
});

test("who is silent for long types no more, whether we were told or not", () => {
  const jo = { person: { id: "jo", name: "Jo" }, contact: false, until: 100 };
  let now = desk(putTyping(desk(), "a", jo, 0));
  now = desk({ ...now, ...putTyping(now, "a", { ...jo, person: { id: "al", name: "Al" }, until: 300 }, 200) });
  expect(now.typing.get("a")!.map((one) => one.person.id)).toEqual(["al"]);
});

function loaded(now: ReturnType<typeof desk>, done = true, ids: Record<number, string[]> = {}): ReturnType<typeof desk> {
  const sections = sectionsOf(now);
  return desk({ ...now, sections: new Map(sections.map((section, index) => [section.key, { key: section.key, ids: ids[index] ?? [], cursor: null, done, loading: false, failed: false }])) });
}

const groups = (now: ReturnType<typeof desk>): string[][] => sectionsOf(now).map((section) => wanted(now, section));

test("each conversation is in one group: mine, queue, colleagues', bot's, closed", () => {
  const now = loaded(
    desk(
      putRows(desk(), [
        row("mine", { owner: "human", assignee: ME }),
        row("mine-queued", { owner: "queued", assignee: ME }),
        row("queue", { owner: "queued" }),
        row("theirs", { owner: "human", assignee: { id: "x", name: "X" } }),
        row("bot"),
        row("closed", { owner: "closed", assignee: ME }),
        row("asleep", { owner: "human", assignee: ME, snoozed_until: "2999-01-01T00:00:00Z" }),
      ]),
    ),
  );
  expect(groups(now)).toEqual([["mine", "mine-queued"], ["queue"], ["theirs"], ["bot"], ["closed"]].map((ids) => expect.arrayContaining(ids)));
  expect(groups(now).flat()).toHaveLength(6);
});

test("the queue begins with who waits longest", () => {
  const rows = [row("b", { waiting_since: at(5) }), row("a", { waiting_since: at(3) }), row("never")];
  expect(rows.sort(compare("waiting")).map((one) => one.id)).toEqual(["a", "b", "never"]);
});

test("rows beyond the last page that was loaded stay out until it is asked for", () => {
  const rows = ["a", "b", "c", "d"].map((id, index) => row(id, said(40 - index)));
  const now = loaded(desk({ ...putRows(desk(), rows), view: "bot" }), false, { 0: ["b"] });
  expect(groups(now)).toEqual([["a", "b"]]);
});

test("of mentions only what the server listed is shown, and a filter holds there too", () => {
  const rows = [row("old", { unread: 1, ...said(1) }), row("read", said(2)), row("new", { unread: 1, ...said(3) }), row("other", { unread: 1 })];
  const now = desk({ ...putRows(desk(), rows), view: "mentions" });
  expect(groups(loaded(now, true, { 0: ["old", "read", "new"] }))).toEqual([["new", "read", "old"]]);
  const filter = { ...now.filter, unread: true };
  expect(groups(loaded(desk({ ...now, filter }), true, { 0: ["old", "read", "new"] }))).toEqual([["new", "old"]]);
});

test("filters hold for what the feed brings as well", () => {
  const filter = { unread: true, channel_id: "ch", label: "vip", order: "newest" as const, q: "" };
  const vip = { labels: [{ name: "vip", color: "" }] };
  const now = loaded(desk({ ...putRows(desk(), [row("a", { unread: 1, ...vip }), row("b", { ...vip }), row("c", { unread: 1 }), row("d", { unread: 2, ...vip, channel: { id: "other", type: "x", name: "" } })]), view: "bot", filter }));
  expect(groups(now)).toEqual([["a"]]);
});

test("under the pointer no row moves: what is new waits, what was asked for comes at the end", () => {
  const shown = ["a", "b"];
  expect(settle(shown, ["x", "b", "a"], true, new Set())).toEqual({ ids: ["a", "b"], waiting: 1 });
  expect(settle(shown, ["x", "b", "a", "y"], true, new Set(["y"]))).toEqual({ ids: ["a", "b", "y"], waiting: 1 });
  expect(settle(shown, ["x", "b", "a"], false, new Set())).toEqual({ ids: ["x", "b", "a"], waiting: 0 });
});

test("of a long list only what is in sight is drawn, and the heights add up", () => {
  const items = Array.from({ length: 50_000 }, (_, index) => ({ height: index % 100 === 0 ? 28 : 82 }));
  const sums = offsets(items);
  for (const top of [0, 1, 12_345, sums.at(-1)! - 900]) {
    const drawn = visible(sums, top, 900, 400);
    expect(drawn.to - drawn.from).toBeLessThan(30);
    expect(sums[drawn.from]!).toBeLessThanOrEqual(top);
    expect(sums[drawn.to]!).toBeGreaterThanOrEqual(top + 900);
    expect(drawn.before + drawn.after + sums[drawn.to]! - sums[drawn.from]!).toBe(sums.at(-1));
  }
  expect(visible([0], 0, 900, 400)).toEqual({ from: 0, to: 0, before: 0, after: 0 });
});

test("what is counted no further is said to be at least that", () => {
  expect([viewCount("bot", 999), viewCount("bot", 1000), viewCount("queue", 2000)]).toEqual(["999", "999+", "2000"]);
  expect([openCount({ human: 2, queue: 3, bot: 10 }), openCount({ human: 2, queue: 3, bot: 1000 })]).toEqual(["15", "1004+"]);
  const closed = { query: { view: "closed" }, count: 1000 };
  expect([headCount(closed, 50, false), headCount(closed, 1050, false), headCount(closed, 1200, true)]).toEqual(["999+", "1050+", "1200"]);
  expect([headCount({ query: { view: "queue" }, count: 2000 }, 50, false), headCount({ query: { view: "all" }, count: null }, 50, false)]).toEqual(["2000", "50"]);
});

test("a search shows each conversation in one group", () => {
  const found = [row("a", { owner: "human", assignee: ME }), row("b", { owner: "human", assignee: { id: "x", name: "X" } })];
  const filter = { ...desk().filter, q: "balance" };
  expect(groups(loaded(desk({ ...putRows(desk(), found), filter }), true, { 0: ["a"], 2: ["a", "b"] }))).toEqual([["a"], [], ["b"], [], []]);
});
