import { beforeAll, expect, test } from "vitest";
import { pieces, safe } from "../src/text/links";

beforeAll(() => {
  (globalThis as { location?: unknown }).location = { href: "https://shop.example.com/a", origin: "https://shop.example.com" };
});

test.each([
  ["javascript:alert(1)", ""],
  ["JaVaScRiPt:alert(1)", ""],
  ["data:text/html,x", ""],
  ["vbscript:x", ""],
  ["http://other.example.com/", ""],
  ["https://other.example.com/", "https://other.example.com/"],
  ["mailto:jo@shop.example.com", "mailto:jo@shop.example.com"],
  ["/orders", "https://shop.example.com/orders"],
  ["https://[", ""],
])("%s leads to %s", (given, expected) => expect(safe(given)).toBe(expected));

test("addresses in a text, and all of the text", () => {
  expect(pieces("See https://a.example.com/x, or <b>call</b>.")).toEqual([
    "See ", { href: "https://a.example.com/x" }, ", or <b>call</b>.",
  ]);
  expect(pieces("javascript:alert(1)")).toEqual(["javascript:alert(1)"]);
});
