// What a customer's side panel says of the customer in words.

import type { Detail } from "../api/types";
import { maybe } from "./t";

// The browser, and on what.
export function browserOf({ browser, device }: Detail): string {
  return [browser, maybe(`device_${device}`)].filter(Boolean).join(", ");
}

export function languageName(tongue: string): string {
  try {
    return new Intl.DisplayNames([document.documentElement.lang || "en"], { type: "language" }).of(tongue) ?? tongue;
  } catch {
    return tongue;
  }
}
