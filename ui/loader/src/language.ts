// Which language the widget speaks: what the page wants, then the visitor's. English is in the scripts; of others there is a
// script each, fetched when the page has time or somebody is about to need it.

import { scripted } from "./fetching";

// One that goes by a number has forms, by the plural categories of its language.
export type Word = string | { readonly other: string; readonly [category: string]: string };
export type Words = Readonly<Record<string, Word>>;

export interface Language {
  // With the region, where the page or the browser says one: dates and numbers are as they are written there.
  tag: string;
  dir: "ltr" | "rtl";
  words: Words;
}

// Finds the nearest of what there is and fetches it with `script`; undefined for English, and for none.
export type Choose = (tags: readonly string[], script: <T>(...named: [string, string]) => Promise<T>) => Promise<Language | undefined>;

const PATIENCE_MS = 4000;

// Best first. Who says `auto` on the tag wants the page's own, whatever the channel has.
export function wanted(said: string, channel: string | undefined, page: string, browser: readonly string[]): string[] {
  return [said, said === "auto" ? "" : channel, page, ...browser].flatMap((each) => {
    try {
      return Intl.getCanonicalLocales(String(each).replace(/_/g, "-"));
    } catch {
      return [];
    }
  });
}

// Has the launcher say its words, once they are here. English where no other language can be had in time: the window opens
// all the same.
export function speaking(base: string, said: string, channel: string | undefined, log: (text: string) => void) {
  const tags = wanted(said, channel, document.documentElement.lang, navigator.languages);
  const english: Language = { tag: "en", dir: "ltr", words: {} };
  let language: Promise<Language> | undefined;

  const find = async (): Promise<Language> => {
    if (!tags[0] || /^en\b/.test(tags[0])) return { ...english, tag: tags[0] ?? "en" };
    const choose = await scripted<Choose>(base, "widget_languages", LANGUAGES_SUM);
    return (await choose(tags, (...named) => scripted(base, ...named))) ?? english;
  };
  const late = () => new Promise<never>((_, reject) => setTimeout(reject, PATIENCE_MS, "language: too late"));

  return async (launcher: { speak: (language: Language) => void }): Promise<Language> => {
    language ??= Promise.race([find(), late()]).catch((reason: unknown) => {
      log(String(reason));
      return english;
    });
    const found = await language;
    launcher.speak(found);
    return found;
  };
}
