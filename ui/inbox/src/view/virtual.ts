// Which rows of a long list have to be drawn: heights are known by kind, so that a list of any length scrolls alike.

export interface Tall {
  height: number;
}

export interface Window {
  from: number; // index of the first that is drawn
  to: number; // index after the last
  before: number; // pixels above
  after: number; // pixels below
}

export function offsets(items: readonly Tall[]): number[] {
  const sums = [0];
  for (const item of items) sums.push(sums.at(-1)! + item.height);
  return sums;
}

export function visible(sums: readonly number[], top: number, height: number, spare: number): Window {
  const count = sums.length - 1;
  const from = Math.max(0, Math.min(count, at(sums, top - spare) - 1));
  const to = Math.min(count, at(sums, top + height + spare));
  return { from, to, before: sums[from]!, after: sums[count]! - sums[to]! };
}

// The first index whose offset is past `place`.
function at(sums: readonly number[], place: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle]! > place) high = middle;
    else low = middle + 1;
  }
  return low;
}
