// What a person can do: open and leave conversations, and change them. Each change is shown at once and taken back when it
// was refused; who is second at taking is told who was first.
import * as api from "../api/desk";
import { Problem } from "../api/http";
import type { Label, Outcome, Priority, Row } from "../api/types";
import { maybe, t } from "../text/t";
import { said, type App } from "./app";
import { caughtUp, type Desk, type Filter, goAhead, lastSeq, NO_FILTER, patchRow, putRows, saidOf } from "./desk";
import { loadConversation, loadView } from "./loading";

const PATH = "/panel/chats";
const PASSING_MS = 150;

export function addressOf(desk: Pick<Desk, "view" | "open" | "pane">, open: string | null): string {
  const query = new URLSearchParams();
  if (desk.view !== "all") query.set("view", desk.view);
  if (open) query.set("conversation", open);
  if (open && desk.pane === "contact") query.set("pane", "contact");
  const text = query.toString();
  return text ? `${PATH}?${text}` : PATH;
}

function go(app: App, part: Partial<Desk>, how: "push" | "replace"): void {
  const before = app.desk.get().open;
  app.desk.set(part);
  const desk = app.desk.get();
  if (desk.open !== before) clearTimeout(app.passing);
  const address = addressOf(desk, desk.open);
  if (how === "push" && address !== location.pathname + location.search) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
}

export function openConversation(app: App, id: string): void {
  if (show(app, id)) void loadConversation(app, id);
}

// One after another by key: what is only passed on the way is not asked for, and so not read either.
export function passTo(app: App, id: string): void {
  if (show(app, id)) app.passing = setTimeout(() => void loadConversation(app, id), PASSING_MS);
}

// Answers whether it was not shown already.
function show(app: App, id: string): boolean {
  const desk = app.desk.get();
  app.sheet(null);
  if (desk.open === id && desk.pane === "chat") return false;
  if (desk.open !== id) {
    app.unreadByHand.clear();
    app.window.set({ mode: "reply" });
  }
  // From the list a step of history of its own, so that Back leads to the list; from one to the next there is none.
  go(app, { open: id, pane: "chat", caught: 0 }, desk.open === null || desk.pane === "list" ? "push" : "replace");
  return true;
}

export function showPane(app: App, pane: Desk["pane"]): void {
  if (pane === "list") go(app, { pane, open: wide() ? app.desk.get().open : null }, "push");
  else go(app, { pane }, "push");
}

// Back to the list, with no conversation open.
export const leave = (app: App): void => go(app, { open: null, pane: "list" }, "replace");

export const wide = (): boolean => matchMedia("(min-width: 768px)").matches;

// What the address says: at the start, and when somebody goes back or forth.
export function followAddress(app: App): void {
  const query = new URLSearchParams(location.search);
  // Webhooks and mails call it a thread.
  const open = query.get("conversation") ?? query.get("thread");
  const view = query.get("view") ?? "all";
  const before = app.desk.get();
  app.desk.set({ open, view, pane: open ? (query.get("pane") === "contact" ? "contact" : "chat") : "list" });
  if (view !== before.view) void loadView(app);
  if (open !== before.open) clearTimeout(app.passing);
  if (open && open !== before.open) void loadConversation(app, open);
}

export function showView(app: App, view: string): void {
  app.sheet(null);
  go(app, { view, filter: { ...NO_FILTER, order: app.desk.get().filter.order } }, "push");
  void loadView(app, "first");
}

export function filterBy(app: App, part: Partial<Filter>): void {
  app.desk.set((desk) => ({ filter: { ...desk.filter, ...part } }));
  void loadView(app);
}

// Behind the lines that are on their way and the acts before: what is shown of them is what the next one expects.
function inTurn<R>(app: App, id: string, run: () => Promise<R>): Promise<R> {
  const turn = Promise.all([app.acts.get(id), app.outbox.settled(id)]).then(run);
  const ended = turn.then(
    () => undefined,
    () => undefined,
  );
  app.acts.set(id, ended);
  void ended.then(() => {
    if (app.acts.get(id) === ended) app.acts.delete(id);
  });
  return turn;
}

// Shows `part` at once, asks the server, and puts back what was there when it refuses.
async function change(app: App, id: string, part: Partial<Row>, what: string, body: unknown = {}): Promise<boolean> {
  app.touched.set(id, Date.now());
  app.sheet(null);
  app.desk.set((desk) => goAhead(desk, id, part));
  try {
    const answer = await inTurn(app, id, () => api.act<Partial<Row> | undefined>(id, what, body));
    app.desk.set((desk) => caughtUp(desk, id, part, "done"));
    if (answer && answer.id === id && answer.owner !== undefined) {
      const whole = { ...saidOf(app.desk.get(), id), ...answer } as Row;
      app.desk.set((desk) => putRows(desk, [whole]));
    }
    return true;
  } catch (error) {
    app.desk.set((desk) => caughtUp(desk, id, part, "refused"));
    app.toast(refusal(error));
    if (error instanceof Problem && error.status === 409) void loadConversation(app, id);
    return false;
  }
}

// How the conversation was seen: of two who act at once, the second is told who was first.
function expected(app: App, id: string): { expected?: { owner: string; assignee_id: string | null } } {
  const row = app.desk.get().rows.get(id);
  return row ? { expected: { owner: row.owner, assignee_id: row.assignee?.id ?? null } } : {};
}

interface First {
  owner?: string;
  assignee?: { name?: string } | null;
  who?: { name?: string } | null;
}

function refusal(error: unknown): string {
  if (!(error instanceof Problem)) return said(error);
  if (error.code === "changed_hands") {
    const first = error.body.details as First | null;
    const name = (first?.owner === "human" ? first.assignee : first?.who)?.name;
    return (name ? maybe(`changed_${first?.owner}`, { name }) : null) ?? t("changed");
  }
  if (error.code !== "already_taken") return said(error);
  const held = (error.body.details as { assignee?: { name?: string } } | null)?.assignee;
  return held?.name ? t("taken_by", { name: held.name }) : error.detail || t("taken");
}

export const mine = (app: App): Partial<Row> => ({ owner: "human", assignee: { id: app.boot.me.id, name: app.boot.me.name } });

// Of nobody's one of many gets it; what a colleague has is given to me, as anybody may give it to anybody.
export function take(app: App, id: string): Promise<boolean> {
  const row = app.desk.get().rows.get(id);
  const me = { id: app.boot.me.id, name: app.boot.me.name };
  const theirs = row?.owner === "human" && row.assignee !== null && row.assignee.id !== me.id;
  return theirs ? assign(app, id, { assignee: me }) : change(app, id, mine(app), "take");
}

export function assign(app: App, id: string, to: { assignee?: { id: string; name: string } | null; team?: string | null }): Promise<boolean> {
  const row = app.desk.get().rows.get(id);
  const assignee = to.assignee === undefined ? null : to.assignee;
  const team = to.team === undefined ? (row?.team ?? null) : to.team;
  const owner = assignee ? "human" : row?.owner === "closed" ? "closed" : "queued";
  return change(app, id, { assignee, team, owner }, "assign", { assignee_id: assignee?.id ?? null, team: to.team ?? null, ...expected(app, id) });
}

export async function handBack(app: App, id: string, flow?: { id: string; name: string }): Promise<void> {
  if (await change(app, id, { owner: "bot", assignee: null }, "hand-back", { ...(flow ? { flow: flow.id } : {}), ...expected(app, id) })) app.toast(t("handed_back"));
}

// For a toast with Undo: somebody else, or the customer, may have undone it meanwhile.
const whilst = (app: App, id: string, is: (row: Row) => boolean) => (): boolean => {
  const row = app.desk.get().rows.get(id);
  return row === undefined || is(row);
};

export async function close(app: App, id: string, outcome: Outcome): Promise<void> {
  if (await change(app, id, { owner: "closed", outcome }, "close", { outcome, ...expected(app, id) })) {
    const told = t("closed_as", { outcome: t(`outcome_${outcome}`) });
    app.toast(told, () => void reopen(app, id), whilst(app, id, (row) => row.owner === "closed"));
  }
}

export const reopen = (app: App, id: string): Promise<boolean> => change(app, id, { ...mine(app), outcome: "" }, "reopen");

export async function snooze(app: App, id: string, until: Date): Promise<void> {
  const at = until.toISOString();
  if (await change(app, id, { snoozed_until: at }, "snooze", { until: at, ...expected(app, id) })) {
    app.toast(t("snoozed"), () => void unsnooze(app, id), whilst(app, id, (row) => row.snoozed_until !== null));
  }
}

export const unsnooze = (app: App, id: string): Promise<boolean> => change(app, id, { snoozed_until: null }, "unsnooze");

export const setPriority = (app: App, id: string, priority: Priority): Promise<boolean> =>
  change(app, id, { priority }, "priority", { priority });

export function toggleLabel(app: App, id: string, label: Label): Promise<boolean> {
  const row = app.desk.get().rows.get(id);
  const has = row?.labels.some((one) => one.name === label.name) ?? false;
  const labels = has ? (row?.labels ?? []).filter((one) => one.name !== label.name) : [...(row?.labels ?? []), label];
  const sheet = app.window.get().sheet;
  const done = change(app, id, { labels }, "labels", has ? { add: [], remove: [label.name] } : { add: [label.name], remove: [] });
  app.sheet(sheet); // Several labels are often set one after another.
  return done;
}

export async function merge(app: App, id: string, into: string): Promise<void> {
  if (await change(app, id, {}, "merge", { into })) openConversation(app, into);
}

export async function markUnread(app: App, id: string): Promise<void> {
  app.unreadByHand.add(id);
  if (await change(app, id, { unread: Math.max(1, app.desk.get().rows.get(id)?.unread ?? 0) }, "unread")) app.toast(t("marked_unread"));
}

export function markRead(app: App, id: string): void {
  const desk = app.desk.get();
  const row = desk.rows.get(id);
  const seq = lastSeq(desk, id);
  if (!row || row.unread === 0 || seq === 0 || app.unreadByHand.has(id)) return;
  app.desk.set((now) => patchRow(now, id, { unread: 0 }));
  api.act(id, "read", { seq }).catch(() => undefined); // The next message read says it again.
}
