import { expect, test } from "vitest";
import { Lines } from "../src/talk/lines";
import type { Shown } from "../src/wire/types";

const MOST = 500;

const shown = (from: number, to: number): Shown => ({
  lines: Array.from({ length: to - from + 1 }, (_, at) => ({ n: from + at, by: "ai", at: 0, parts: [] })),
  state: {},
});
const numbers = (lines: Lines) => [lines.all[0]?.n, lines.all.at(-1)?.n, lines.all.length];

test("earlier lines that were asked for stay, however many there are", () => {
  const lines = new Lines();
  lines.put(shown(951, 1000));
  for (let first = 901; first > 0; first -= 50) lines.put(shown(first, first + 49));
  expect(numbers(lines)).toEqual([1, 1000, 1000]);
  lines.put(shown(1001, 1001));
  expect(lines.all.some((line) => line.n === 502)).toBe(true);
});

test("what comes by itself does not grow without end", () => {
  const lines = new Lines();
  for (let first = 1; first < 1000; first += 50) lines.put(shown(first, first + 49));
  expect(numbers(lines)).toEqual([501, 1000, MOST]);
  expect(lines.more).toBe(true);
});
