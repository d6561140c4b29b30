// The words there are, by their names; parts bring theirs along.

import type { WORDS as FILES } from "../files/en";
import type { WORDS as MORE } from "../more/en";
import type { WORDS as RICH } from "../rich/en";
import type { WORDS as TALK } from "../talk/en";
import { WORDS } from "./en";

export type Key = keyof typeof WORDS | keyof typeof TALK | keyof typeof FILES | keyof typeof MORE | keyof typeof RICH;
export type Values = Record<string, string | number>;

const known: Record<string, string> = { ...WORDS };

export function learn(words: Record<string, string>): void {
  Object.assign(known, words);
}

export function said(key: Key, values: Values = {}): string {
  return (known[key] ?? "").replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
