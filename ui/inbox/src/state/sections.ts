// Which conversations a view shows, in which groups and order; the same rules as the server's, so that live changes need no asking.
import type { ListQuery } from "../api/desk";
import type { Counts, Row } from "../api/types";
import type { Desk, Filter } from "./desk";

export type Order = "newest" | "oldest" | "waiting";

export interface Section {
  key: string; // what it was loaded as; another filter is another key
  title: string; // key of the text of its head, "" for a list without heads
  icon: string;
  query: ListQuery;
  has(row: Row): boolean;
  order: Order;
  count: number | null;
}

// Of what the bot has and of what is closed the server counts no more than these, and says this number when there are more.
const MOST_COUNTED = 1000;
const CAPPED = ["bot", "closed"];

// How many a view has, as a person reads it: `atLeast` when there may be more than that.
export const counted = (n: number, atLeast: boolean): string => (atLeast ? `${n}+` : String(n));

// The sum of what is open, and whether the bot has more than are counted.
export function openCount(counts: Pick<Counts, "human" | "queue" | "bot">): string {
  const atLeast = counts.bot >= MOST_COUNTED;
  return counted(counts.human + counts.queue + counts.bot - (atLeast ? 1 : 0), atLeast);
}

// The number of one view.
export function viewCount(view: string, n: number): string {
  const atLeast = CAPPED.includes(view) && n >= MOST_COUNTED;
  return counted(atLeast ? n - 1 : n, atLeast);
}

// The number in the head of a group of which so many are shown, and maybe not all are loaded.
export function headCount(section: Pick<Section, "query" | "count">, shown: number, done: boolean): string {
  const count = section.count ?? 0;
  return done || shown >= count ? counted(shown, !done && shown >= MOST_COUNTED) : viewCount(section.query.view ?? "", count);
}

type Rule = (row: Row, me: string) => boolean;

const isSnoozed = (row: Row): boolean => row.snoozed_until !== null && Date.parse(row.snoozed_until) > Date.now();

export const RULES: Record<string, Rule> = {
  mine: (row, me) => row.assignee?.id === me && row.owner !== "closed" && !isSnoozed(row),
  unassigned: (row) => row.assignee === null && (row.owner === "human" || row.owner === "queued") && !isSnoozed(row),
  queue: (row) => row.owner === "queued" && !isSnoozed(row),
  bot: (row) => row.owner === "bot" && !isSnoozed(row),
  human: (row) => row.owner === "human" && !isSnoozed(row),
  snoozed: (row) => row.owner !== "closed" && isSnoozed(row),
  closed: (row) => row.owner === "closed",
  mentions: () => true, // a row does not say whom its notes name: `wanted` holds this view to what the server listed
  all: () => true,
};

const ICONS: Record<string, string> = { mine: "user", queue: "clock-hour-4", human: "users", bot: "robot", closed: "check" };
const GROUPS = ["mine", "queue", "human", "bot", "closed"] as const;

function passesFilter(row: Row, filter: Filter): boolean {
  if (filter.unread && row.unread === 0) return false;
  if (filter.channel_id && row.channel?.id !== filter.channel_id) return false;
  if (filter.label && !row.labels.some((label) => label.name === filter.label)) return false;
  return true;
}

function asked(view: string, filter: Filter, order: Order, more: Partial<ListQuery> = {}): ListQuery {
  return {
    view,
    order,
    unread: filter.unread,
    channel_id: filter.channel_id,
    label: filter.label,
    q: filter.q,
    ...more,
  };
}

// "all" and "team:NAME" come in groups, every other view is one list.
export function sectionsOf(desk: Pick<Desk, "view" | "filter" | "me" | "counts">): Section[] {
  const { view, filter, me, counts } = desk;
  const team = view.startsWith("team:") ? view.slice(5) : null;
  const inTeam = (row: Row): boolean => team === null || row.team === team;
  const plain = !filter.unread && !filter.channel_id && !filter.label && !filter.q && team === null;
  const made = (name: string, title: string, order: Order, not: Rule[]): Section => {
    const query = asked(name, filter, order, team === null ? {} : { team });
    const rule = RULES[name] ?? RULES.all!;
    return {
      key: JSON.stringify(query),
      title,
      icon: ICONS[name] ?? "inbox",
      query,
      order,
      count: plain && counts && name in counts && name !== "human" ? counts[name as Exclude<keyof typeof counts, "teams">] : null,
      has: (row) => rule(row, me.id) && inTeam(row) && passesFilter(row, filter) && !not.some((other) => other(row, me.id)),
    };
  };
  if (view === "all" || team !== null) {
    return GROUPS.map((name, at) => {
      const order = name === "queue" && filter.order === "newest" ? "waiting" : filter.order;
      return made(name, `group_${name}`, order, GROUPS.slice(0, at).map((before) => RULES[before]!));
    });
  }
  return [made(view, "", view === "queue" && filter.order === "newest" ? "waiting" : filter.order, [])];
}

const at = (text: string | null | undefined): number => (text ? Date.parse(text) : 0);
const lastAt = (row: Row): number => at(row.last_message?.at ?? row.updated_at);

export function compare(order: Order): (a: Row, b: Row) => number {
  const tie = (a: Row, b: Row): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  if (order === "waiting") {
    const since = (row: Row): number => at(row.waiting_since ?? row.queued_at) || Number.MAX_SAFE_INTEGER;
    return (a, b) => since(a) - since(b) || lastAt(b) - lastAt(a) || tie(a, b);
  }
  const sign = order === "oldest" ? 1 : -1;
  return (a, b) => sign * (lastAt(a) - lastAt(b)) || sign * tie(a, b);
}

// The ids that belong into a section now, in order. Rows beyond the last page that was loaded stay out until it is asked for:
// between them there may be others that nobody has told us of.
export function wanted(desk: Desk, section: Section): string[] {
  const loaded = desk.sections.get(section.key);
  if (!loaded) return [];
  const asGiven = new Set(loaded.ids);
  // Words are looked for by the server alone. Whom it finds with people is mine as well: each stands in one group.
  if (section.query.q) return loaded.ids.filter((id) => desk.rows.has(id) && section.has(desk.rows.get(id)!));
  const order = compare(section.order);
  const listed = (row: Row): boolean => section.query.view !== "mentions" || asGiven.has(row.id);
  const found = [...desk.rows.values()].filter((row) => listed(row) && section.has(row)).sort(order);
  if (loaded.done) return found.map((row) => row.id);
  let last = found.length - 1;
  while (last >= 0 && !asGiven.has(found[last]!.id)) last -= 1;
  return found.slice(0, last + 1).map((row) => row.id);
}
