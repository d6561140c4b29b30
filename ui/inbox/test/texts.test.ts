// Whatever the inbox says stands in all catalogues, and nothing stands there that it never says.
/// <reference types="vite/client" />
import { beforeAll, expect, test } from "vitest";
import { many, maybe, say, t } from "../src/text/t";

const TEXT = Object.values(import.meta.glob<string>("../src/**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true })).join("\n");
const CATALOGUES = import.meta.glob<string>("../../../src/frontdesk/locales/*/panel_chats.toml", { query: "?raw", import: "default", eager: true });

function keys(language: string): Set<string> {
  const text = Object.entries(CATALOGUES).find(([path]) => path.includes(`/${language}/`))![1];
  const [flat, ...tables] = text.split(/^\[/m);
  const names = [...flat!.matchAll(/^(\w+) = /gm)].map((found) => found[1]!);
  return new Set([...names, ...tables.map((table) => table.slice(0, table.indexOf("]")))]);
}

test("all languages have the same texts", () => {
  expect([...keys("ru")].sort()).toEqual([...keys("en")].sort());
  expect([...keys("uz")].sort()).toEqual([...keys("en")].sort());
});

test("every text that is asked for by name is there", () => {
  const known = keys("en");
  const asked = [...TEXT.matchAll(/\b(?:t|many)\(\s*"(\w+)"|\btext: "(key_\w+)"|, "(key_\w+)"\]/g)].map((found) => found[1] ?? found[2] ?? found[3]!);
  expect(asked.length).toBeGreaterThan(100);
  expect(asked.filter((key) => !known.has(key))).toEqual([]);
});

test("no text is left that nothing asks for", () => {
  const starts = [...TEXT.matchAll(/`(\w+_)\$\{/g)].map((found) => found[1]!);
  const named = (key: string): boolean => new RegExp(`["\`]${key}["\`]`).test(TEXT);
  const unused = [...keys("en")].filter((key) => !named(key) && !starts.some((start) => key.startsWith(start)));
  // The page itself says it where scripts are off; fields of a contact are asked for by their names.
  expect(unused.filter((key) => key !== "needs_script")).toEqual([]);
});

beforeAll(() => say({ hello: "Hi {name}", chats: { one: "{n} chat", few: "{n} few", other: "{n} chats" } }, "en"));

test("places are filled, unknown ones stay to be seen", () => {
  expect(t("hello", { name: "<b>Jo</b>" })).toBe("Hi <b>Jo</b>");
  expect(t("hello")).toBe("Hi {name}");
  expect(maybe("nothing")).toBeNull();
});

test("numbers take the form of their language", () => {
  expect([1, 2, 1500].map((n) => many("chats", n))).toEqual(["1 chat", "2 chats", "1,500 chats"]);
});

test("a name that is read from the right or turns what follows stands apart in a sentence", () => {
  say({ owns: "{name} owns {n}." }, "en");
  expect(t("owns", { name: "Ann", n: 3 })).toBe("Ann owns 3.");
  expect(t("owns", { name: "مريم", n: 3 })).toBe("\u2068مريم\u2069 owns 3.");
  expect(t("owns", { name: "\u202eevil\u2069\u2067", n: 3 })).toBe("\u2068evil\u2069 owns 3.");
});
