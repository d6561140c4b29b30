import { expect, test } from "vitest";
import { picked } from "../src/list/moment";
import type { Line, Part } from "../src/wire/types";

const line = (by: Line["by"], ...parts: Part[]): Line => ({ n: 1, by, at: 0, parts });
const asked = (kind: string): Part => ({ type: "input", text: "When?", kind });
const text: Part = { type: "text", text: "Mondays are full." };

test("a day or an hour that was asked for is written as people do", () => {
  expect(picked("en", [line("ai", asked("date"))], "2026-12-01")).toBe("December 1, 2026");
  expect(picked("de", [line("ai", asked("time"))], "14:05")).toBe("14:05");
});

test("what the assistant says after its question changes nothing of that", () => {
  const before = [line("you", text), line("ai", asked("date")), line("ai", text), line("event", text)];
  expect(picked("en", before, "2026-12-01")).toBe("December 1, 2026");
});

test("of two questions the answer is to the one that it fits", () => {
  const before = [line("ai", asked("date")), line("ai", asked("time"))];
  expect(picked("en", before, "2026-12-01")).toBe("December 1, 2026");
});

test("what answers no such question stays as it was written", () => {
  expect(picked("en", [], "2026-12-01")).toBe("2026-12-01");
  expect(picked("en", [line("ai", asked("email"))], "2026-12-01")).toBe("2026-12-01");
  expect(picked("en", [line("ai", asked("time"))], "2026-12-01")).toBe("2026-12-01");
  expect(picked("en", [line("ai", asked("date"))], "2026-13-41")).toBe("2026-13-41");
  expect(picked("en", [line("ai", asked("date")), line("you", text), line("ai", text)], "2026-12-01")).toBe("2026-12-01");
});
