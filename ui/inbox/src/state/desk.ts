// All that the inbox knows, normalised: each conversation and message once, whoever brought it. The functions are pure.
import type { Contact, Counts, Detail, Label, Me, Message, Named, Person, Row, SavedReply, Suggestion, Team } from "../api/types";
import type { Line } from "../feed/stream";

export interface Thread {
  messages: Message[]; // by seq
  earlier: boolean; // there may be more before the first
  loading: boolean;
  failed: boolean;
  nowhere?: boolean; // there is no such conversation, or it is not theirs to see
}

export interface Typist {
  person: Named;
  until: number; // ms
  contact: boolean;
}

export interface Loaded {
  key: string; // section key
  ids: readonly string[]; // as the server gave them, for the boundary
  cursor: string | null;
  done: boolean;
  loading: boolean;
  failed: boolean;
}

export interface Filter {
  unread: boolean;
  channel_id: string;
  label: string;
  order: "newest" | "oldest" | "waiting";
  q: string;
}

// What is shown of a row although the server does not say so yet, and what it says.
interface Ahead {
  said: Row;
  parts: readonly Partial<Row>[];
}

export interface Desk {
  rows: ReadonlyMap<string, Row>;
  ahead: ReadonlyMap<string, Ahead>;
  details: ReadonlyMap<string, Detail>;
  threads: ReadonlyMap<string, Thread>;
  contacts: ReadonlyMap<string, { contact: Contact; etag: string | null }>;
  sections: ReadonlyMap<string, Loaded>;
  viewers: ReadonlyMap<string, readonly Named[]>;
  typing: ReadonlyMap<string, readonly Typist[]>;
  suggested: ReadonlyMap<string, readonly Suggestion[]>;
  counts: Counts | null;
  me: Me;
  people: readonly Person[];
  teams: readonly Team[];
  labels: readonly Label[];
  replies: readonly SavedReply[];
  channels: readonly { id: string; type: string; name: string }[];
  view: string;
  filter: Filter;
  open: string | null;
  pane: "list" | "chat" | "contact";
  line: Line;
  caught: number; // messages that came with the line's return; 0 when nothing is to be said
}

export const NO_FILTER: Filter = { unread: false, channel_id: "", label: "", order: "newest", q: "" };

export function newDesk(me: Me): Desk {
  return {
    rows: new Map(),
    ahead: new Map(),
    details: new Map(),
    threads: new Map(),
    contacts: new Map(),
    sections: new Map(),
    viewers: new Map(),
    typing: new Map(),
    suggested: new Map(),
    counts: null,
    me,
    people: [],
    teams: [],
    labels: [],
    replies: [],
    channels: [],
    view: "all",
    filter: NO_FILTER,
    open: null,
    pane: "list",
    line: "connecting",
    caught: 0,
  };
}

// What came later by its version wins, whatever way it took; the same version may bring fresher counts.
export function putRows(desk: Desk, came: readonly Row[]): Partial<Desk> {
  const rows = new Map(desk.rows);
  const details = new Map(desk.details);
  const ahead = new Map(desk.ahead);
  for (const one of came) {
    const known = rows.get(one.id);
    if (known && known.version > one.version) continue;
    const parts = ahead.get(one.id)?.parts ?? [];
    if (parts.length) ahead.set(one.id, { said: one, parts });
    const row = shown(one, parts);
    rows.set(row.id, row);
    const open = details.get(row.id);
    if (open) details.set(row.id, { ...open, ...row });
  }
  return { rows, details, ahead };
}

const shown = <R extends Row>(said: R, parts: readonly Partial<Row>[]): R => Object.assign({}, said, ...parts);

// The row as the server says it.
export const saidOf = (desk: Desk, id: string): Row | undefined => desk.ahead.get(id)?.said ?? desk.rows.get(id);

// A part of a row, as events and answers of actions bring it.
export function patchRow(desk: Desk, id: string, part: Partial<Row>): Partial<Desk> {
  const known = desk.rows.get(id);
  if (!known || (part.version !== undefined && known.version > part.version)) return {};
  const before = desk.ahead.get(id);
  const ahead = before ? new Map(desk.ahead).set(id, { ...before, said: { ...before.said, ...part } }) : desk.ahead;
  return { ...draw(desk, { ...known, ...part }), ahead };
}

function draw(desk: Desk, row: Row): Partial<Desk> {
  const rows = new Map(desk.rows).set(row.id, row);
  const open = desk.details.get(row.id);
  return open ? { rows, details: new Map(desk.details).set(row.id, { ...open, ...row }) } : { rows };
}

// Shows `part` from now on, also when the feed brings the row as it was before: until `caughtUp` with the same part.
export function goAhead(desk: Desk, id: string, part: Partial<Row>): Partial<Desk> {
  const known = desk.rows.get(id);
  if (!known) return {};
  const { said, parts } = desk.ahead.get(id) ?? { said: known, parts: [] };
  return { ...draw(desk, { ...known, ...part }), ahead: new Map(desk.ahead).set(id, { said, parts: [...parts, part] }) };
}

// The server has done what was shown before, or has refused it: then what it says is shown.
export function caughtUp(desk: Desk, id: string, part: Partial<Row>, is: "done" | "refused"): Partial<Desk> {
  const before = desk.ahead.get(id);
  if (!before) return {};
  const said = is === "done" ? { ...before.said, ...part } : before.said;
  const parts = before.parts.filter((one) => one !== part);
  const ahead = new Map(desk.ahead);
  if (parts.length) ahead.set(id, { said, parts });
  else ahead.delete(id);
  return { ...draw(desk, shown(said, parts)), ahead };
}

export function putDetail(desk: Desk, detail: Detail): Partial<Desk> {
  return {
    ...putRows(desk, [detail]),
    details: new Map(desk.details).set(detail.id, shown(detail, desk.ahead.get(detail.id)?.parts ?? [])),
  };
}

const EMPTY: Thread = { messages: [], earlier: true, loading: false, failed: false };

export function threadOf(desk: Desk, id: string): Thread {
  return desk.threads.get(id) ?? EMPTY;
}

export function setThread(desk: Desk, id: string, part: Partial<Thread>): Partial<Desk> {
  return { threads: new Map(desk.threads).set(id, { ...threadOf(desk, id), ...part }) };
}

export function merged(known: readonly Message[], came: readonly Message[]): Message[] {
  const bySeq = new Map(known.map((message) => [message.seq, message]));
  for (const message of came) bySeq.set(message.seq, message);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

export function putMessages(desk: Desk, id: string, came: readonly Message[], part: Partial<Thread> = {}): Partial<Desk> {
  const thread = threadOf(desk, id);
  return setThread(desk, id, { ...part, messages: merged(thread.messages, came) });
}

export function lastSeq(desk: Desk, id: string): number {
  const messages = threadOf(desk, id).messages;
  return messages.at(-1)?.seq ?? desk.rows.get(id)?.last_message?.seq ?? 0;
}

// Whether the next message of the feed follows what is known without a gap.
export function follows(desk: Desk, id: string, message: Message): boolean {
  const known = threadOf(desk, id).messages;
  const last = known.at(-1);
  return last === undefined ? false : message.seq <= last.seq + 1;
}

export function putViewers(desk: Desk, id: string, viewers: readonly Named[]): Partial<Desk> {
  return { viewers: new Map(desk.viewers).set(id, viewers) };
}

// Who was silent for long types no more, whether we were told or not.
export function putTyping(desk: Desk, id: string, who: Typist, now: number): Partial<Desk> {
  const others = (desk.typing.get(id) ?? []).filter((one) => one.person.id !== who.person.id && one.until > now);
  return { typing: new Map(desk.typing).set(id, who.until > now ? [...others, who] : others) };
}
