// The reader's time zone: what its clocks show at a moment, and the moment at which they show something.

let zone: string | undefined; // of the account; without one, that of this computer
let dial: Intl.DateTimeFormat;

export function liveIn(name: string | null): void {
  try {
    zone = name ? new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone : undefined;
  } catch {
    zone = undefined;
  }
  dial = new Intl.DateTimeFormat("en-GB", { ...within(), calendar: "gregory", numberingSystem: "latn", hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" });
}

export const within = (): { timeZone?: string } => (zone ? { timeZone: zone } : {});

// The clock on the wall as a date whose UTC parts it is.
export function wall(at: string | number): Date {
  const parts = dial.formatToParts(new Date(at));
  const of = (name: Intl.DateTimeFormatPartTypes): number => Number(parts.find((part) => part.type === name)?.value);
  return new Date(Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second")));
}

const ahead = (at: number): number => wall(at).getTime() - Math.floor(at / 1000) * 1000;

// The moment at which the wall shows it. What it skips when clocks go forward is the hour after.
export function momentOf(shown: number): number {
  const first = shown - ahead(shown);
  const second = shown - ahead(first);
  return shown - ahead(second) === second ? second : Math.max(first, second);
}

liveIn(null);
