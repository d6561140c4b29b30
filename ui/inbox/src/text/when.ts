// Times as people say them, in the reader's language and zone.
import { language, many, t } from "./t";
import { liveIn, wall, within } from "./zone";

const made = new Map<string, Intl.DateTimeFormat>();

export function timesIn(name: string | null): void {
  made.clear();
  liveIn(name);
}

function shape(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${name}`;
  let found = made.get(key);
  if (!found) {
    const [locale, fit] = namesMonths() ? [language, options] : ["ru", inFigures(options)];
    found = new Intl.DateTimeFormat(locale, { ...fit, ...within() });
    made.set(key, found);
  }
  return found;
}

// Browsers without the names of a language's months write M11: there dates are written in figures, day first.
const namesMonths = (): boolean => !/M\d/.test(new Intl.DateTimeFormat(language, { month: "short" }).format());

function inFigures({ weekday: _, month, dateStyle, timeStyle, ...rest }: Intl.DateTimeFormatOptions): Intl.DateTimeFormatOptions {
  if (dateStyle) return { year: "numeric", month: "2-digit", day: "2-digit", ...(timeStyle ? { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" } : {}) };
  return month ? { ...rest, month: "2-digit" } : rest;
}

export const clock = (at: string | number): string => shape("clock", { hour: "numeric", minute: "2-digit" }).format(new Date(at));
const date = (at: string | number): string => shape("date", { day: "numeric", month: "short" }).format(new Date(at));
const month = (at: string | number): string => shape("month", { month: "short", year: "numeric" }).format(new Date(at));
export const exact = (at: string | number): string => shape("exact", { dateStyle: "long", timeStyle: "long" }).format(new Date(at));
export const dayKey = (at: string | number): string => shape("day", { year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date(at));

export function dayLine(at: string | number, now: number): string {
  const said = shape("line", { weekday: "long", day: "numeric", month: "long" }).format(new Date(at));
  if (dayKey(at) === dayKey(now)) return t("today", { date: said });
  if (dayKey(at) === dayKey(now - 86_400_000)) return t("yesterday", { date: said });
  return sameYear(at, now) ? said : shape("long", { dateStyle: "long" }).format(new Date(at));
}

const sameYear = (a: string | number, b: number): boolean => wall(a).getUTCFullYear() === wall(b).getUTCFullYear();

// At the end of a row: now, the clock today, the date this year, else the month.
export function brief(at: string | number, now: number): string {
  const ago = now - new Date(at).getTime();
  if (ago < 60_000) return t("now");
  if (dayKey(at) === dayKey(now)) return clock(at);
  return sameYear(at, now) ? date(at) : month(at);
}

// In the future: the clock today, else date and clock.
export function until(at: string | number, now: number): string {
  return dayKey(at) === dayKey(now) ? clock(at) : `${date(at)}, ${clock(at)}`;
}

// How long somebody has waited: 4:12 while it is short, then minutes, hours, days.
export function lasted(since: string | number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - new Date(since).getTime()) / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
  if (minutes < 60) return many("minutes", minutes);
  if (minutes < 2880) return many("hours", Math.floor(minutes / 60));
  return many("days", Math.floor(minutes / 1440));
}

export function clockIn(name: string, now: number): string | null {
  try {
    return new Intl.DateTimeFormat(language, { timeZone: name, hour: "numeric", minute: "2-digit" }).format(now);
  } catch {
    return null;
  }
}

export function fileSize(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  let at = 0;
  let value = bytes;
  while (value >= 1000 && at < units.length - 1) {
    value /= 1000;
    at += 1;
  }
  const digits = value < 10 && at > 0 ? 1 : 0;
  return new Intl.NumberFormat(language, { style: "unit", unit: units[at]!, unitDisplay: "short", maximumFractionDigits: digits }).format(value);
}
