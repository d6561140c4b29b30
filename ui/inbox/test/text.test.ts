import { expect, test } from "vitest";
import { appended, begun, filledIn, matchingReplies, mentionsIn, replaced, typedAt, unfilled, unknownPlaces } from "../src/text/compose";
import { folded } from "../src/text/fold";
import { mentioned, ownFile, pieces, safeHref } from "../src/text/links";
import { say } from "../src/text/t";
import { lasted, timesIn } from "../src/text/when";
import { chosenIn, fieldOf, snoozeTimes } from "../src/text/snooze";
import { Drafts } from "../src/state/drafts";
import { MemoryStorage } from "./memory_storage";

test("only web, mail and phone addresses may be followed", () => {
  for (const bad of ["javascript:alert(1)", " JavaScript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "vbscript:x", "//evil.example", "/panel", "file:///etc/passwd", "blob:x", "", null, 5, {}]) {
    expect(safeHref(bad), String(bad)).toBeNull();
  }
  expect(safeHref("https://example.com/a")).toBe("https://example.com/a");
  expect(safeHref("tel:+442079460113")).toBe("tel:+442079460113");
});

test("pictures come from our own files alone", () => {
  const here = "https://desk.example";
  expect(ownFile("/files/file_1", here)).toBe("https://desk.example/files/file_1");
  for (const bad of ["https://evil.example/files/a", "//evil.example/files/a", "/panel/chats", "/files/../panel", undefined]) expect(ownFile(bad, here)).toBeNull();
});

test("addresses in a text become links, the sentence around them stays", () => {
  expect(pieces("See (https://a.example/x_(y)), or jo@a.example. javascript:alert(1)")).toEqual([
    { text: "See (" },
    { text: "https://a.example/x_(y)", href: "https://a.example/x_(y)" },
    { text: "), or " },
    { text: "jo@a.example", href: "mailto:jo@a.example" },
    { text: ". javascript:alert(1)" },
  ]);
  expect(pieces("<b>no</b>")).toEqual([{ text: "<b>no</b>" }]);
});

test("a hostile text takes no time", () => {
  const from = performance.now();
  for (const text of ["a@".repeat(4_000), "a.".repeat(4_000), `${"x".repeat(8_000)}@`, "https://".repeat(1_000)]) pieces(text);
  expect(performance.now() - from).toBeLessThan(500);
});

test("people are named in notes by their longest name", () => {
  const names = ["Ann", "Ann Lee"];
  expect(mentioned([{ text: "@Ann Lee and @Anna, @ann" }], names).filter((one) => one.mention).map((one) => one.text)).toEqual(["@Ann Lee", "@ann"]);
  expect(mentionsIn("hi @ann lee", [{ id: "1", name: "Ann Lee" }, { id: "2", name: "Bo" }])).toEqual(["1"]);
});

test("a slash at the start of a line offers replies, an @ after a space people", () => {
  expect(typedAt("hello\n/gre", 10)).toEqual({ kind: "reply", from: 6, to: 10, word: "gre" });
  expect(typedAt("see 1/2", 7)).toBeNull();
  expect(typedAt("hi @Pri", 7)).toEqual({ kind: "person", from: 3, to: 7, word: "Pri" });
  expect(typedAt("mail a@b", 8)).toBeNull();
  expect(replaced("hi @Pri and", { from: 3, to: 7 }, "@Priya ")).toEqual({ text: "hi @Priya and", caret: 10 });
  expect(replaced("hi @Pri, and", { from: 3, to: 7 }, "@Priya ")).toEqual({ text: "hi @Priya , and", caret: 10 });
});

test("a suggestion goes behind what is typed and replaces none of it", () => {
  expect(appended("", "Yes.")).toBe("Yes.");
  expect(appended("Hello, ", "Yes.")).toBe("Hello, Yes.");
});

test("saved replies are found by their title before their text, and filled in", () => {
  const replies = [{ id: "1", name: "Later", text: "courier" }, { id: "2", name: "Courier", text: "x" }];
  expect(matchingReplies(replies, "cour").map((one) => one.id)).toEqual(["2", "1"]);
  const filled = filledIn("Hi {{ contact.first_name }}, {agent.name} {{no such}}", { "contact.first_name": "Maya", "agent.name": "Jo" });
  expect(filled).toBe("Hi Maya, {agent.name} {{no such}}");
});

test("places that came with a saved reply are held, braces that somebody wrote are meant", () => {
  const unknown = unknownPlaces("{{a}} {{ b }} {{}} {c} {{ b }}", { a: "known" });
  expect(unknown).toEqual(["{{ b }}", "{{}}"]);
  expect(unfilled("{{x}}, {{ b }} { {a} }", unknown)).toEqual([{ place: "{{ b }}", from: 7, to: 14 }]);
  expect(unfilled("Write {{contact.name}}", [])).toEqual([]);
});

test("a draft keeps what is held in it", () => {
  const drafts = new Drafts("me", new MemoryStorage());
  drafts.put("a", "reply", "Hi {{contact.name}}", 1, ["{{contact.name}}"]);
  expect(drafts.get("a", "reply")).toEqual({ text: "Hi {{contact.name}}", at: 1, held: ["{{contact.name}}"] });
});

test("waiting is told in seconds while it is short", () => {
  say({ minutes: { other: "{n} min" }, hours: { other: "{n} h" }, days: { other: "{n} d" } }, "en");
  const ago = (seconds: number): string => lasted(0, seconds * 1000);
  expect([5, 252, 700, 7_300, 200_000].map(ago)).toEqual(["0:05", "4:12", "11 min", "2 h", "2 d"]);
});

test("snoozing leads to the future, on any day", () => {
  for (let day = 1; day <= 14; day += 1) {
    for (const hour of [0, 9, 17, 23]) {
      const now = new Date(2026, 10, day, hour);
      const times = snoozeTimes(now).map(([, at]) => at.getTime());
      for (const at of times) expect(at).toBeGreaterThan(now.getTime());
      expect(new Set(times.slice(1)).size).toBe(times.length - 1);
    }
  }
});

test("snoozing goes by the account's clock, wherever the browser is", () => {
  const times = (zone: string, at: string): Record<string, string> => {
    timesIn(zone);
    return Object.fromEntries(snoozeTimes(new Date(at)).map(([id, time]) => [id, time.toISOString()]));
  };
  try {
    // In Tashkent it is Monday already, 1:30 at night.
    expect(times("Asia/Tashkent", "2026-11-22T20:30:00Z")).toEqual({
      in_an_hour: "2026-11-22T21:30:00.000Z",
      this_evening: "2026-11-23T13:00:00.000Z",
      tomorrow: "2026-11-24T04:00:00.000Z",
      next_week: "2026-11-30T04:00:00.000Z",
    });
    expect(fieldOf(new Date("2026-11-22T20:30:40Z"))).toBe("2026-11-23T01:30");
    expect(chosenIn("2026-11-23T09:00")?.toISOString()).toBe("2026-11-23T04:00:00.000Z");
    expect(chosenIn("")).toBeNull();
    // Clocks go forward in the night between.
    expect(times("America/New_York", "2026-03-07T20:00:00Z").tomorrow).toBe("2026-03-08T13:00:00.000Z");
    expect(chosenIn("2026-03-08T02:30")?.toISOString()).toBe("2026-03-08T07:30:00.000Z");
    timesIn("Europe/Berlin");
    expect(chosenIn("2026-03-29T02:30")?.toISOString()).toBe("2026-03-29T01:30:00.000Z");
    expect(chosenIn("2026-10-25T09:00")?.toISOString()).toBe("2026-10-25T08:00:00.000Z");
  } finally {
    timesIn(null);
  }
});

test("drafts of reply and note are kept apart, and old ones make room", () => {
  const storage = new MemoryStorage();
  const drafts = new Drafts("me", storage);
  drafts.put("a", "reply", "yes", 1);
  drafts.put("a", "note", "secret", 2);
  expect([drafts.get("a", "reply")?.text, drafts.get("a", "note")?.text, new Drafts("other", storage).get("a", "reply")]).toEqual(["yes", "secret", null]);
  drafts.tidy(40 * 86_400_000);
  expect(drafts.get("a", "reply")).toBeNull();
  storage.full = true;
  expect(drafts.put("b", "reply", "x", 3)).toBe(false);
});

test("a long text is folded between words and lines, and no address is cut", () => {
  const shown = (text: string): string | null => folded(pieces(text))?.map((piece) => piece.text).join("") ?? null;
  expect(shown("short")).toBeNull();
  expect(shown("word ".repeat(300))).toBeNull();
  expect(shown("line\n".repeat(15).trim())).toBeNull();
  expect(shown("line\n".repeat(40))).toBe("line\n".repeat(12).trim());
  expect(shown("word ".repeat(1000))).toBe("word ".repeat(240).trim());
  const address = `https://example.com/${"a".repeat(100)}`;
  expect(shown(`${"x".repeat(1150)} ${address} ${"word ".repeat(200)}`)).toBe("x".repeat(1150));
  expect(shown(`https://example.com/${"a".repeat(3000)}`)).toBeNull();
  expect(shown("x" + "😀".repeat(1500))).toBe("x" + "😀".repeat(599));
});

test("a button begins what a key does, where it can be found by its sign", () => {
  for (const [text, caret, kind, made] of [
    ["", 0, "reply", "/"],
    ["Hello", 2, "reply", "Hello\n/"],
    ["Hello\n", 6, "reply", "Hello\n/"],
    ["", 0, "person", "@"],
    ["See  please", 4, "person", "See @ please"],
    ["See", 3, "person", "See @"],
  ] as const) {
    const found = begun(text, caret, kind);
    expect(found.text).toBe(made);
    expect(typedAt(found.text, found.typed.to)).toEqual(found.typed);
  }
});
