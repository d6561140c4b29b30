// When a conversation may come back: the usual times from now on, by the clock of the reader's time zone.
import { momentOf, wall } from "./zone";

export function snoozeTimes(now: Date): [string, Date][] {
  const here = wall(now.getTime());
  const at = (days: number, hour: number): Date => new Date(momentOf(Date.UTC(here.getUTCFullYear(), here.getUTCMonth(), here.getUTCDate() + days, hour)));
  const times: [string, Date][] = [["in_an_hour", new Date(now.getTime() + 3_600_000)]];
  if (here.getUTCHours() < 15) times.push(["this_evening", at(0, 18)]);
  times.push(["tomorrow", at(1, 9)]);
  // On a Sunday that is the same morning.
  if (here.getUTCDay() !== 0) times.push(["next_week", at(((8 - here.getUTCDay()) % 7) || 7, 9)]);
  return times;
}

// What a field for date and time holds, and the moment it means.
export const fieldOf = (at: Date): string => wall(at.getTime()).toISOString().slice(0, 16);

export function chosenIn(field: string): Date | null {
  const shown = Date.parse(`${field}Z`);
  return Number.isNaN(shown) ? null : new Date(momentOf(shown));
}
