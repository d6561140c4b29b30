// What the list shows while somebody points at it: rows stay where they are, what is new waits behind a pill.

export interface Shown {
  ids: readonly string[];
  waiting: number; // rows that would come in
}

// `shown`: the ids before. `held`: the pointer is on the list. `appended`: ids that were asked for by scrolling on.
export function settle(shown: readonly string[], want: readonly string[], held: boolean, appended: ReadonlySet<string>): Shown {
  if (!held) return { ids: same(shown, want) ? shown : want, waiting: 0 };
  const before = new Set(shown);
  const further = want.filter((id) => !before.has(id) && appended.has(id));
  const ids = further.length ? [...shown, ...further] : shown;
  const after = new Set(ids);
  return { ids, waiting: want.filter((id) => !after.has(id)).length };
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, at) => id === b[at]);
}
