// When a conversation may come back: the usual times from now on, in the clock of this computer.

export function snoozeTimes(now: Date): [string, Date][] {
  const at = (days: number, hour: number): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);
  const times: [string, Date][] = [["in_an_hour", new Date(now.getTime() + 3_600_000)]];
  if (now.getHours() < 15) times.push(["this_evening", at(0, 18)]);
  times.push(["tomorrow", at(1, 9)]);
  // On a Sunday that is the same morning.
  if (now.getDay() !== 0) times.push(["next_week", at(((8 - now.getDay()) % 7) || 7, 9)]);
  return times;
}
