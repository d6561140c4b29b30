// Every language says all that there is in English, whole, and in its own words. What a failure names is what to write.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const UI = join(import.meta.dirname, "..", "..");
const FOLDER = join(UI, "..", "src", "frontdesk", "locales", "widget");
const SAME = { conversation: ["fr"], sources: ["fr"] };
const LETTERS = {
  ar: /\p{Script=Arabic}/u,
  fa: /\p{Script=Arabic}/u,
  he: /\p{Script=Hebrew}/u,
  hi: /\p{Script=Devanagari}/u,
  ja: /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u,
  kk: /\p{Script=Cyrillic}/u,
  ko: /\p{Script=Hangul}/u,
  ru: /\p{Script=Cyrillic}/u,
  uk: /\p{Script=Cyrillic}/u,
  zh: /\p{Script=Han}/u,
};
const MOST_COUNTED = 200;

const parts = readdirSync(join(UI, "widget", "src"), { recursive: true }).filter((path) => /[\\/]en\.ts$/.test(path));
const tables = [join(UI, "loader", "src", "words.ts"), ...parts.map((path) => join(UI, "widget", "src", path))];
const loaded = await Promise.all(tables.map((path) => import(/* @vite-ignore */ path)));
const english = Object.assign({}, ...loaded.map((table) => table.WORDS));
const launcher = Object.keys(loaded[0].WORDS);

const languages = readdirSync(FOLDER).map((file) => [
  file.replace(/\.json$/, ""),
  JSON.parse(readFileSync(join(FOLDER, file), "utf8")),
]);

const forms = (word) => (typeof word === "string" ? { other: word } : word);
const holes = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();

// The numbers, as far as anybody counts messages, that take a form.
function counted(code) {
  const rules = new Intl.PluralRules(code);
  const found = { other: [] };
  for (let n = 0; n <= MOST_COUNTED; n++) (found[rules.select(n)] ??= []).push(n);
  return found;
}

test("no two tables have the same key", () => {
  const keys = loaded.flatMap((table) => Object.keys(table.WORDS));
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
});

test("there are twenty languages besides English, and the names are their own", () => {
  expect(languages.length).toBeGreaterThanOrEqual(20);
  for (const [code, { name, dir }] of languages) {
    expect(Intl.getCanonicalLocales(code)[0].toLowerCase(), code).toBe(code);
    expect(name.trim().length, code).toBeGreaterThan(1);
    expect([undefined, "rtl"], code).toContain(dir);
  }
  expect(languages.filter(([, { dir }]) => dir === "rtl").map(([code]) => code)).toEqual(["ar", "fa", "he"]);
});

test.each(languages)("%s has every word and no other", (code, { words }) => {
  const wrong = [
    ...Object.keys(english).filter((key) => !(key in words)).map((key) => `${code}.json lacks "${key}": ${JSON.stringify(english[key])}`),
    ...Object.keys(words).filter((key) => !(key in english)).map((key) => `${code}.json has "${key}", which there is not in English`),
  ];
  expect(wrong.join("\n")).toBe("");
});

test.each(languages)("%s has the plural forms of its language, and the launcher's words have none", (code, { words }) => {
  const needed = counted(code);
  const wrong = [];
  for (const [key, word] of Object.entries(words)) {
    const isCounted = typeof english[key] === "object";
    if (isCounted !== (typeof word === "object")) wrong.push(`${code}.json "${key}" ${isCounted ? "needs forms" : "has forms, and English has none"}`);
    else if (isCounted && Object.keys(word).sort().join() !== Object.keys(needed).sort().join()) {
      wrong.push(`${code}.json "${key}" has to have the forms ${Object.keys(needed).join(", ")}`);
    }
    if (launcher.includes(key) && typeof word !== "string") wrong.push(`${code}.json "${key}" is said by the launcher, which knows no forms`);
  }
  expect(wrong.join("\n")).toBe("");
});

test.each(languages)("%s leaves out nothing that is filled in", (code, { words }) => {
  const needed = counted(code);
  const wrong = [];
  for (const [key, word] of Object.entries(words)) {
    const wanted = holes(forms(english[key] ?? "").other ?? "").join();
    for (const [form, text] of Object.entries(forms(word))) {
      // "One new message" needs no number, where it is said of one alone.
      const may = typeof word === "object" && (needed[form] ?? []).length === 1 ? [wanted, wanted.split(",").filter((each) => each !== "n").join()] : [wanted];
      if (!may.includes(holes(text).join())) wrong.push(`${code}.json "${key}" (${form}) has to have ${wanted || "nothing to fill in"}: ${text}`);
    }
  }
  expect(wrong.join("\n")).toBe("");
});

test.each(languages)("%s says everything in its own words", (code, { words }) => {
  const wrong = [];
  for (const [key, word] of Object.entries(words)) {
    for (const text of Object.values(forms(word))) {
      const letters = text.replace(/\{\w+\}/g, "").match(/\p{L}/gu);
      if (!text.trim() || text !== text.trim()) wrong.push(`${code}.json "${key}" is empty, or has blanks around it`);
      if (!letters) continue;
      if (LETTERS[code] && !LETTERS[code].test(text)) wrong.push(`${code}.json "${key}" is not in the letters of the language: ${text}`);
      else if (Object.values(forms(english[key] ?? "")).includes(text) && !SAME[key]?.includes(code)) {
        wrong.push(`${code}.json "${key}" is still in English: ${text}`);
      }
    }
  }
  expect(wrong.join("\n")).toBe("");
});
