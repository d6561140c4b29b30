// What the inbox says, out of the catalogue that the page handed in. Whole sentences with named places, plurals by language.

export type Values = Record<string, string | number>;
export type Catalogue = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

let texts: Catalogue = {};
let plurals = new Intl.PluralRules("en");
export let language = "en";

export function say(catalogue: Catalogue, tongue: string): void {
  texts = catalogue;
  language = tongue;
  plurals = new Intl.PluralRules(tongue);
}

export function t(key: string, values: Values = {}): string {
  return maybe(key, values) ?? key;
}

// A text of the catalogue if it has it; for kinds that a later server may add.
export function maybe(key: string, values: Values = {}): string | null {
  const text = texts[key];
  return typeof text === "string" ? fill(text, values) : null;
}

// The form of `key` that the language wants for the number; {n} is the number.
export function many(key: string, n: number, values: Values = {}): string {
  const forms = texts[key];
  if (typeof forms !== "object") return t(key, { n, ...values });
  const text = forms[plurals.select(n)] ?? forms.other ?? key;
  return fill(text, { n: new Intl.NumberFormat(language).format(n), ...values });
}

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => (name in values ? isolated(String(values[name])) : place));
}

const TURNS = /[\u202a-\u202e\u2066-\u2069]/gu;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

// A foreign name inside a sentence: it is read in its own direction and never turns what stands around it. The panel's
// pages do the same, see web/panel/texts.py.
export function isolated(value: string): string {
  return RIGHT_TO_LEFT.test(value) ? `\u2068${value.replace(TURNS, "")}\u2069` : value;
}
