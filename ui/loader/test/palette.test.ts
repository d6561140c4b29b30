import { expect, test } from "vitest";
import { palette } from "../src/palette";

const linear = (v: number) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const luminance = (hex: string) => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => linear(parseInt(hex.slice(at, at + 2), 16) / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ratio = (a: string, b: string) => {
  const [x, y] = [luminance(a) + 0.05, luminance(b) + 0.05];
  return x > y ? x / y : y / x;
};
const hex = (...rgb: number[]) => `#${rgb.map((v) => v.toString(16).padStart(2, "0")).join("")}`;

// WCAG 2.2: 4.5 for text, 3 for what is no text.
test.each([
  ["light", "#ffffff", "#f1f2f5"],
  ["dark", "#17191e", "#24272e"],
] as const)("every colour can be read on %s", (ground, panel, bubble) => {
  const worst = { on: 99, ink: 99, soft: 99, edge: 99 };
  for (let r = 0; r < 256; r += 15) for (let g = 0; g < 256; g += 15) for (let b = 0; b < 256; b += 15) {
    const made = palette(hex(r, g, b), ground);
    worst.on = Math.min(worst.on, ratio(made.brand, made.on));
    worst.ink = Math.min(worst.ink, ratio(made.ink, bubble));
    worst.soft = Math.min(worst.soft, ratio(made.ink, made.soft));
    worst.edge = Math.min(worst.edge, ratio(made.edge === "transparent" ? made.brand : made.edge, panel));
  }
  expect(worst.on).toBeGreaterThanOrEqual(4.5);
  expect(worst.ink).toBeGreaterThanOrEqual(4.5);
  expect(worst.soft).toBeGreaterThanOrEqual(4.5);
  expect(worst.edge).toBeGreaterThanOrEqual(2.99);
});
