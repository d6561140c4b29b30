// The keyboard: one table of what each key does, for the page and for the sheet that `?` shows.
import type { Owner } from "./api/types";
import type { App } from "./state/app";
import { openConversation, markUnread, passTo, showPane, take, wide } from "./state/moves";
import { letterOf } from "./text/letter";
import { t } from "./text/t";
import { ALT, CTRL } from "./view/bits";

interface Key {
  key: string;
  text: string; // key of its text
  name?: string; // another one, where it is chosen by its name
  owners?: readonly Owner[]; // an act of the conversation that is open, as long as one of them has it
  run(app: App, open: string | null): void;
}

// Kept by the page's own sheet of keys, for all pages of this browser.
const LETTERS_OFF = "fd-letters-off";

const OPEN: readonly Owner[] = ["bot", "queued", "human"];
const ANY: readonly Owner[] = [...OPEN, "closed"];

function sheet(name: string, owners: readonly Owner[] = OPEN): Pick<Key, "owners" | "run"> {
  const run = (app: App, open: string | null): void => {
    const row = open ? app.desk.get().rows.get(open) : undefined;
    if (row && owners.includes(row.owner) && app.boot.can_write) app.sheet(name);
  };
  return { owners, run };
}

function write(app: App, mode: "reply" | "note"): void {
  if (!app.boot.can_write || app.desk.get().open === null) return;
  const focus = (): boolean => {
    const field = document.getElementById("fd-editor");
    field?.focus();
    return field !== null;
  };
  // Before the next key: who types on would else press keys of the list. A field that is still to be drawn is there after
  // the listeners of the store were told, and after what they asked for was drawn.
  focus();
  app.window.set({ mode });
  queueMicrotask(() => queueMicrotask(() => focus() || requestAnimationFrame(focus)));
}

// The next one is opened, so that all other keys act on the one that is marked. A phone shows the list or a conversation: in
// its list only the focus moves.
function step(app: App, by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>(".fd-rows .fd-cv[data-id]")];
  if (!rows.length) return;
  const opens = wide() || app.desk.get().pane !== "list";
  const open = rows.findIndex((row) => row.dataset.id === app.desk.get().open);
  const from = opens && open >= 0 ? open : rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.max(0, Math.min(rows.length - 1, from + by))]!;
  next.querySelector<HTMLElement>(".fd-cover")?.focus();
  next.scrollIntoView({ block: "nearest" });
  if (opens && next.dataset.id) passTo(app, next.dataset.id);
}

// What a letter is about: the open conversation; where there is none, the row that has the focus.
function subject(app: App): string | null {
  const row = document.activeElement?.closest<HTMLElement>(".fd-cv[data-id]");
  return app.desk.get().open ?? row?.dataset.id ?? null;
}

export const KEYS: readonly Key[] = [
  { key: "j", text: "key_next", run: (app) => step(app, 1) },
  { key: "k", text: "key_previous", run: (app) => step(app, -1) },
  { key: "t", text: "key_take", owners: OPEN, run: (app) => takeIt(app) },
  { key: "r", text: "key_reply", owners: ANY, run: (app) => write(app, "reply") },
  { key: "n", text: "key_note", owners: ANY, run: (app) => write(app, "note") },
  { key: "a", text: "key_assign", ...sheet("assign") },
  { key: "b", text: "key_hand_back", ...sheet("hand-back", ["queued", "human"]) },
  { key: "l", text: "key_label", ...sheet("labels") },
  { key: "p", text: "key_priority", ...sheet("priority", ANY) },
  { key: "z", text: "key_snooze", ...sheet("snooze") },
  { key: "e", text: "key_close", name: "close", ...sheet("close") },
  { key: "m", text: "key_merge", ...sheet("merge", ANY) },
  { key: "u", text: "key_unread", owners: ANY, run: (app, open) => open && app.boot.can_write && void markUnread(app, open) },
  { key: "i", text: "key_contact", run: (app) => toggleContact(app) },
];

const FURTHER: readonly [string[], string][] = [
  [["Enter"], "key_open"],
  [["Enter"], "key_send"],
  [["Shift", "Enter"], "key_line"],
  [[CTRL, "Enter"], "key_send_close"],
  [[ALT, "Enter"], "key_insert"],
  [["/"], "key_saved"],
  [["@"], "key_mention"],
];

function takeIt(app: App): void {
  const id = subject(app);
  const row = id ? app.desk.get().rows.get(id) : undefined;
  if (!id || !row || !app.boot.can_write || row.owner === "closed") return;
  if (row.owner === "human" && row.assignee?.id === app.boot.me.id) return;
  void take(app, id).then((mine) => mine && openConversation(app, id));
}

function toggleContact(app: App): void {
  const desk = app.desk.get();
  if (desk.open === null) return;
  if (matchMedia("(max-width: 1279px)").matches) {
    if (desk.pane === "contact") history.back();
    else showPane(app, "contact");
  } else document.querySelector(".fd-inbox")?.classList.toggle("fd-no-contact");
}

// Without fields that are not shown: a dialog that has just been closed keeps the focus until the next picture is drawn.
const isField = (element: EventTarget | null): boolean =>
  element instanceof Element && (element.closest("input, textarea, select, [contenteditable]")?.checkVisibility() ?? false);

export function listen(app: App): void {
  // On the window and before all others, so that the page's own, coarser way does not come first.
  addEventListener("keydown", (event) => event.key === "F6" && nextPane(event), true);
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && letterOf(event) === "z" && !event.shiftKey && !isField(event.target)) undo(app, event);
    if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
    if (app.window.get().sheet !== null || document.querySelector("dialog[open]")) return;
    if (arrows(app, event)) return;
    if (event.key === "Escape" && app.desk.get().pane !== "list" && matchMedia("(max-width: 1279px)").matches) history.back();
    if (localStorage.getItem(LETTERS_OFF) === "1" || event.shiftKey) return;
    const found = KEYS.find((one) => one.key === letterOf(event));
    if (!found) return;
    event.preventDefault();
    found.run(app, app.desk.get().open);
  });
}

function undo(app: App, event: KeyboardEvent): void {
  const toast = app.window.get().toast;
  if (!toast?.undo) return;
  event.preventDefault();
  toast.undo();
  app.window.set({ toast: null });
}

function arrows(app: App, event: KeyboardEvent): boolean {
  if ((event.key !== "ArrowDown" && event.key !== "ArrowUp") || !(event.target as Element).closest?.(".fd-rows")) return false;
  event.preventDefault();
  step(app, event.key === "ArrowDown" ? 1 : -1);
  return true;
}

// Pane after pane.
function nextPane(event: KeyboardEvent): void {
  const panes = [...document.querySelectorAll<HTMLElement>(".fd-nav-side, .fd-inbox > .fd-pane")].filter((pane) => pane.checkVisibility({ visibilityProperty: true }));
  const here = panes.findIndex((pane) => pane.contains(document.activeElement));
  const next = panes[(here + (event.shiftKey ? -1 : 1) + panes.length) % panes.length];
  if (!next) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const inside = ['.fd-cover[tabindex="0"], #fd-editor, a[aria-current]', "a[href], button"].flatMap((stops) => [...next.querySelectorAll<HTMLElement>(stops)]);
  (inside.find((one) => one.checkVisibility({ visibilityProperty: true })) ?? next).focus();
}

export interface Act {
  text: string;
  key: string;
  run: () => void;
}

// What can be done with the open conversation, for the page's own field of commands.
export function actsOf(app: App): Act[] {
  const open = app.desk.get().open;
  const row = open ? app.desk.get().rows.get(open) : undefined;
  if (!row || !app.boot.can_write) return [];
  const mine = row.owner === "human" && row.assignee?.id === app.boot.me.id;
  const can = KEYS.filter((one) => one.owners?.includes(row.owner) && !(mine && one.key === "t"));
  const key = (one: Key): string => (localStorage.getItem(LETTERS_OFF) === "1" ? "" : one.key.toUpperCase());
  return can.map((one) => ({ text: t(one.name ?? one.text), key: key(one), run: () => one.run(app, open) }));
}

// It asks whenever it is opened or written in.
export function intoCommands(app: App): void {
  document.addEventListener("fd-commands", (event) => (event as CustomEvent<Act[]>).detail.push(...actsOf(app)));
}

// The sheet of the page lists the keys of all pages; ours stand below them.
export function intoSheet(): void {
  const list = document.querySelector("#fd-keys .fd-keylist");
  if (!list) return;
  const line = (keys: readonly string[], text: string): HTMLElement => {
    const row = document.createElement("div");
    const term = document.createElement("dt");
    for (const key of keys) {
      const sign = document.createElement("kbd");
      sign.textContent = key;
      term.append(sign, " ");
    }
    const means = document.createElement("dd");
    means.textContent = t(text);
    row.append(term, means);
    return row;
  };
  list.append(...KEYS.map((one) => line([one.key.toUpperCase()], one.text)), ...FURTHER.map(([keys, text]) => line(keys, text)));
}
