// How a part and the widget hand each other what they have: on the part's own script element, so that the page gets no global.

import type { Words } from "../../../loader/src/language";
import type { Kit } from "./fetched";

export interface Part {
  sheet: string;
  words: Words;
}

const script = document.currentScript as HTMLScriptElement & { kit: Kit; begin?: unknown };

export const kit = script.kit;

// A widget of before an update takes no part that was made for another one.
export function give<T extends Part>(part: T): void {
  if (kit.made === MADE) script.begin = part;
}
