// The words there are, by their names; parts bring theirs along, in English. What the window's own language has goes before.

import type { Language, Word, Words } from "../../../loader/src/language";
import type { WORDS as ADDRESS } from "../address/en";
import type { WORDS as FORMS } from "../forms/en";
import type { WORDS as FILES } from "../files/en";
import type { WORDS as LIST } from "../list/en";
import type { WORDS as MORE } from "../more/en";
import type { WORDS as RICH } from "../rich/en";
import { WORDS } from "./en";

export type Key =
  | keyof typeof WORDS
  | keyof typeof ADDRESS
  | keyof typeof LIST
  | keyof typeof FILES
  | keyof typeof FORMS
  | keyof typeof MORE
  | keyof typeof RICH;
export type Values = Record<string, string | number>;

export const ENGLISH: Language = { tag: "en", dir: "ltr", words: {} };

const known: Record<string, Word> = { ...WORDS };
let language = ENGLISH;

export function learn(words: Words): void {
  Object.assign(known, words);
}

export function speak(given: Language): void {
  language = given;
}

// Of a word with several forms `n` chooses one; numbers are written as the language has them.
export function said(key: Key, values: Values = {}): string {
  const own = language.words[key];
  const word = own ?? known[key] ?? "";
  const rules = () => new Intl.PluralRules(own ? language.tag : "en");
  const form = typeof word === "string" ? word : (word[rules().select(Number(values.n))] ?? word.other);
  return form.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? "";
    return typeof value === "string" ? value : new Intl.NumberFormat(language.tag).format(value);
  });
}
