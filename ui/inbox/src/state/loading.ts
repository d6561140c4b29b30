// Fetches what the screen needs: pages of a section, a conversation with its messages and contact, and what changes rarely.
import * as api from "../api/desk";
import { passes } from "../api/http";
import type { App } from "./app";
import { putDetail, putMessages, putRows, setThread, threadOf, type Loaded } from "./desk";
import { sectionsOf, type Section } from "./sections";

const PAGE = 50;
const THREAD_PAGE = 50;

const EMPTY: Omit<Loaded, "key"> = { ids: [], cursor: null, done: false, loading: false, failed: false };

function setSection(app: App, key: string, part: Partial<Loaded>): void {
  app.desk.set((desk) => ({
    sections: new Map(desk.sections).set(key, { key, ...EMPTY, ...desk.sections.get(key), ...part }),
  }));
}

// What is asked of a section: its next page, its first one again, or again all of it that was loaded.
export type Anew = "" | "first" | "all";

const AGAIN_PAGE = 100; // as many as the server gives at once
const AGAIN_MOST = 500; // what was loaded beyond is loaded again by whoever scrolls there
const underway = new WeakMap<App, Map<string, Promise<boolean>>>();

// Answers whether it was loaded. Of one section one thing is loaded at a time.
export function loadSection(app: App, section: Section, anew: Anew = ""): Promise<boolean> {
  const loads = underway.get(app) ?? new Map<string, Promise<boolean>>();
  underway.set(app, loads);
  const before = loads.get(section.key);
  if (before && !anew) return before;
  const load = before ? before.then(() => loadNow(app, section, anew)) : loadNow(app, section, anew);
  loads.set(section.key, load);
  void load.then(() => loads.get(section.key) === load && loads.delete(section.key));
  return load;
}

async function loadNow(app: App, section: Section, anew: Anew): Promise<boolean> {
  const known = app.desk.get().sections.get(section.key);
  if (known?.done && !anew) return true;
  setSection(app, section.key, { loading: true, failed: false });
  try {
    setSection(app, section.key, { ...(anew === "all" ? await allAgain(app, section, known) : await onePage(app, section, known, anew)), loading: false });
    return true;
  } catch {
    setSection(app, section.key, { loading: false, failed: true });
    return false;
  }
}

async function onePage(app: App, section: Section, known: Loaded | undefined, anew: Anew): Promise<Partial<Loaded>> {
  const cursor = anew ? null : (known?.cursor ?? null);
  const page = await api.list({ ...section.query, limit: PAGE, cursor });
  app.desk.set((desk) => putRows(desk, page.data));
  const before = cursor === null ? [] : (known?.ids ?? []);
  const ids = [...new Set([...before, ...page.data.map((row) => row.id)])];
  // Asked anew, the pages below stay loaded: only what the first page says is fresh.
  return anew && known?.ids.length ? { ids: [...new Set([...ids, ...known.ids])] } : { ids, cursor: page.next_cursor, done: page.next_cursor === null };
}

async function allAgain(app: App, section: Section, known: Loaded | undefined): Promise<Partial<Loaded>> {
  const most = Math.min(Math.max(known?.ids.length ?? 0, PAGE), AGAIN_MOST);
  const ids = new Set<string>();
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof api.list>> = await api.list({ ...section.query, limit: Math.min(most, AGAIN_PAGE), cursor });
    app.desk.set((desk) => putRows(desk, page.data));
    for (const row of page.data) ids.add(row.id);
    cursor = page.next_cursor;
  } while (cursor !== null && ids.size < most);
  return { ids: [...ids], cursor, done: cursor === null };
}

export function loadView(app: App, anew: Anew = ""): Promise<boolean[]> {
  const desk = app.desk.get();
  const loads = sectionsOf(desk).map((section) => {
    const known = desk.sections.get(section.key);
    // No row tells that it belongs into the mentions, so each look at them asks.
    const fresh = anew || (known !== undefined && section.query.view === "mentions" ? "first" : "");
    return !known || fresh || known.failed ? loadSection(app, section, fresh) : true;
  });
  return Promise.all(loads);
}

// After more went by than the feed tells again: of what was known only what the server says by now stays. Other views are
// loaded when they are looked at. Answers whether all could be asked.
export async function loadViewAgain(app: App): Promise<boolean> {
  const { rows: before, sections, view, filter } = app.desk.get();
  const here = new Set(sectionsOf(app.desk.get()).map((section) => section.key));
  app.desk.set({ sections: new Map([...sections].filter(([key]) => here.has(key))) });
  if (!(await loadView(app, "all")).every(Boolean)) return false;
  const now = app.desk.get();
  if (now.view !== view || now.filter !== filter) return false;
  // A row that is the one of before was not told of again: it is in another place, or gone.
  const stale = new Set([...now.rows].filter(([id, row]) => id !== now.open && before.get(id) === row).map(([id]) => id));
  const rest = <V>(known: ReadonlyMap<string, V>): Map<string, V> => new Map([...known].filter(([id]) => !stale.has(id)));
  app.desk.set((desk) => ({ rows: rest(desk.rows), details: rest(desk.details) }));
  return true;
}

export async function loadCounts(app: App): Promise<void> {
  try {
    app.desk.set({ counts: await api.counts() });
  } catch {
    // The counts that are shown stay; the line under the head says when nothing comes any more.
  }
}

// People, teams, labels, saved replies, channels: each on its own, so that one that is not permitted hides no other.
export function loadRarely(app: App): void {
  const into = <K extends "people" | "teams" | "labels" | "replies" | "channels">(
    name: K,
    asked: Promise<{ data: readonly unknown[] }>,
  ): void => {
    asked.then(
      (page) => app.desk.set({ [name]: page.data }),
      () => undefined,
    );
  };
  into("people", api.people());
  into("teams", api.teams());
  into("labels", api.labels());
  into("replies", api.savedReplies());
  into("channels", api.channels());
  api.me().then(
    (me) => app.desk.set((desk) => ({ me: { ...desk.me, ...me } })),
    () => undefined,
  );
}

export async function loadConversation(app: App, id: string): Promise<void> {
  if (threadOf(app.desk.get(), id).messages.length) void catchUp(app, id);
  else void loadEarlier(app, id);
  try {
    const detail = await api.detail(id);
    app.desk.set((desk) => putDetail(desk, detail));
    if (detail.contact) await loadContact(app, detail.contact.id);
  } catch (error) {
    if (!app.desk.get().rows.has(id)) app.desk.set((desk) => setThread(desk, id, { failed: true, nowhere: !passes(error), loading: false }));
  }
}

export async function loadContact(app: App, id: string): Promise<void> {
  try {
    const found = await api.contact(id);
    app.desk.set((desk) => ({ contacts: new Map(desk.contacts).set(id, found) }));
  } catch {
    // The row's own name, e-mail and phone are shown instead.
  }
}

// The page before the first message that is shown.
export async function loadEarlier(app: App, id: string): Promise<void> {
  const thread = threadOf(app.desk.get(), id);
  if (thread.loading || !thread.earlier) return;
  app.desk.set((desk) => setThread(desk, id, { loading: true, failed: false }));
  const first = thread.messages[0]?.seq;
  try {
    const page = await api.messages(id, first === undefined ? { limit: THREAD_PAGE } : { before_seq: first, limit: THREAD_PAGE });
    app.desk.set((desk) => putMessages(desk, id, page.data, { loading: false, earlier: page.next_cursor !== null && page.data.length > 0 }));
  } catch (error) {
    app.desk.set((desk) => setThread(desk, id, { loading: false, failed: true, nowhere: !passes(error) }));
  }
}

// Everything after the last message that is known; answers how many of them are new.
export async function catchUp(app: App, id: string): Promise<number> {
  let came = 0;
  try {
    for (;;) {
      const after = threadOf(app.desk.get(), id).messages.at(-1)?.seq ?? 0;
      const page = await api.messages(id, { after_seq: after, limit: 100 });
      app.desk.set((desk) => putMessages(desk, id, page.data));
      for (const message of page.data) app.outbox.seen(message.client_id);
      came += page.data.length;
      if (page.data.length < 100) return came;
    }
  } catch {
    return came;
  }
}

// The lines that are shown of a conversation, as they are by now; answers whether all of them could be read.
export async function readAgain(app: App, id: string): Promise<boolean> {
  const shown = threadOf(app.desk.get(), id).messages;
  const [first, last] = [shown[0]?.seq, shown.at(-1)?.seq];
  if (first === undefined || last === undefined) return true;
  for (let before = last + 1; before > first; ) {
    try {
      const { data } = await api.messages(id, { before_seq: before, limit: Math.min(100, before - first) });
      if (data.length === 0) return true;
      app.desk.set((desk) => putMessages(desk, id, data));
      before = Math.min(...data.map((message) => message.seq));
    } catch {
      return false;
    }
  }
  return true;
}

// The stretch around a message that a search found.
export async function loadAround(app: App, id: string, seq: number): Promise<void> {
  await loadConversation(app, id);
  for (let tries = 0; tries < 20; tries += 1) {
    const thread = threadOf(app.desk.get(), id);
    const first = thread.messages[0]?.seq;
    if (first === undefined || first <= seq || !thread.earlier) return;
    await loadEarlier(app, id);
  }
}
