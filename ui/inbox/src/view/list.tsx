// The second pane: the conversations of a view in their groups. Rows stay put while the pointer is on them.
import type { JSX } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Row as RowData } from "../api/types";
import { loadSection } from "../state/loading";
import { headCount, sectionsOf, wanted, type Section } from "../state/sections";
import { settle } from "../state/settle";
import { many, t } from "../text/t";
import { Icon } from "./bits";
import { useApp, useDesk, useNow } from "./context";
import { Empty, Failed, Skeletons } from "./list_states";
import { ListTools } from "./list_tools";
import type { IconName } from "./icons";
import { Row } from "./row";
import { offsets, visible } from "./virtual";

type Item =
  | { kind: "head"; key: string; height: number; section: Section; n: string }
  | { kind: "row"; key: string; height: number; row: RowData; stop: boolean }
  | { kind: "more"; key: string; height: number; section: Section; failed: boolean };

const HEAD = 28;
const MORE = 40;
const SPARE = 400;

export function List(): JSX.Element {
  return (
    <section class="fd-pane fd-list" aria-label={t("conversations")} data-pane-name="list">
      <ListTools />
      <Rows />
    </section>
  );
}

// A row that stays in one group while the pointer holds it there comes into its new group later, not twice.
function onceEach(shown: Map<string, readonly string[]>, before: ReadonlyMap<string, readonly string[]>): void {
  const stays = new Map<string, string>();
  for (const [key, ids] of shown) {
    const there = new Set(before.get(key));
    for (const id of ids) if (there.has(id)) stays.set(id, key);
  }
  for (const [key, ids] of shown) shown.set(key, ids.filter((id) => (stays.get(id) ?? key) === key));
}

// The ids of every section as they are shown, kept while the pointer holds the list.
function useSettled(sections: Section[], held: boolean): { shown: Map<string, readonly string[]>; waiting: number; apply(): void } {
  const desk = useDesk((state) => state);
  const before = useRef<{ view: string; ids: Map<string, readonly string[]>; loaded: Map<string, ReadonlySet<string>> }>({ view: "", ids: new Map(), loaded: new Map() });
  const [, again] = useState(0);
  const view = sections.map((section) => section.key).join();
  const kept = before.current.view === view ? before.current : { view, ids: new Map<string, readonly string[]>(), loaded: new Map<string, ReadonlySet<string>>() };
  let waiting = 0;
  const shown = new Map<string, readonly string[]>();
  const loaded = new Map<string, ReadonlySet<string>>();
  for (const section of sections) {
    const now = new Set(desk.sections.get(section.key)?.ids ?? []);
    const earlier = kept.loaded.get(section.key);
    const came = earlier ? new Set([...now].filter((id) => !earlier.has(id))) : now;
    // The first page is not somebody's new message: it goes in whoever points where.
    const fresh = held && earlier !== undefined && earlier.size > 0;
    const settled = settle(kept.ids.get(section.key) ?? [], wanted(desk, section), fresh, came);
    shown.set(section.key, settled.ids.filter((id) => desk.rows.has(id)));
    loaded.set(section.key, now);
    waiting += settled.waiting;
  }
  if (held) onceEach(shown, kept.ids);
  before.current = { view, ids: shown, loaded };
  const apply = (): void => {
    before.current = { view: "", ids: new Map(), loaded: new Map() };
    again((count) => count + 1);
  };
  return { shown, waiting, apply };
}

function Rows(): JSX.Element {
  const app = useApp();
  const now = useNow(5);
  const desk = useDesk((state) => state);
  const sections = useMemo(() => sectionsOf(desk), [desk.view, desk.filter, desk.counts, desk.me.id]);
  const scroller = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ top: 0, height: 900, row: 82 });
  const [held, setHeld] = useState(false);
  const { shown, waiting, apply } = useSettled(sections, held);
  const stop = desk.open !== null && [...shown.values()].some((ids) => ids.includes(desk.open!)) ? desk.open : [...shown.values()].find((ids) => ids.length)?.[0];
  const items = itemsOf(sections, shown, desk, place.row, stop);
  const sums = offsets(items);
  const drawn = visible(sums, place.top, place.height, SPARE);

  useLayoutEffect(() => {
    const box = scroller.current!;
    const look = (): void => {
      const row = parseFloat(getComputedStyle(box).getPropertyValue("--fd-row")) || 82;
      setPlace((was) => (was.top === box.scrollTop && was.height === box.clientHeight && was.row === row ? was : { top: box.scrollTop, height: box.clientHeight, row }));
    };
    look();
    const sizes = new ResizeObserver(look);
    sizes.observe(box);
    box.addEventListener("scroll", look, { passive: true });
    return () => {
      sizes.disconnect();
      box.removeEventListener("scroll", look);
    };
  }, []);
  useLayoutEffect(() => scroller.current!.scrollTo(0, 0), [desk.view, desk.filter]);
  // The head of the group that is scrolled through stays, though it is above what is drawn.
  const heads = items.slice(0, drawn.from).filter((item) => item.kind === "head");
  const above = heads.at(-1);
  const due = items.slice(drawn.from, drawn.to).find((item) => item.kind === "more" && !item.failed);
  useLayoutEffect(() => {
    if (due?.kind === "more") void loadSection(app, due.section);
  }, [due?.key, items.length]);

  const states = sections.map((section) => desk.sections.get(section.key));
  const loading = states.some((state) => !state || (state.loading && !state.ids.length));
  const failed = states.every((state) => state?.failed);
  const rows = items.filter((item) => item.kind === "row").length;
  return (
    <div
      class="fd-scroll fd-rows"
      role="list"
      aria-label={t("conversations")}
      aria-busy={loading}
      ref={scroller}
      onPointerEnter={(event) => event.pointerType === "mouse" && setHeld(true)}
      onPointerLeave={() => setHeld(false)}
    >
      {waiting ? (
        <div class="fd-pill-w" role="presentation">
          <button type="button" class="fd-pill" onClick={() => (apply(), scroller.current!.scrollTo({ top: 0 }))}>
            {many("new_rows", waiting)}
          </button>
        </div>
      ) : null}
      {failed ? <Failed sections={sections} /> : rows === 0 && loading ? <Skeletons /> : rows === 0 ? <Empty /> : null}
      {above ? <Head section={above.section} n={above.n} /> : null}
      <div style={{ height: `${drawn.before - (above ? HEAD : 0)}px` }} role="presentation" />
      {items.slice(drawn.from, drawn.to).map((item, index) =>
        item.kind === "row" ? (
          <Row key={item.key} row={item.row} now={now} stop={item.stop} at={drawn.from + index + 1} of={items.length} />
        ) : item.kind === "head" ? (
          <Head key={item.key} section={item.section} n={item.n} />
        ) : (
          <div class="fd-more-rows" key={item.key} role="presentation">
            {item.failed ? (
              <button type="button" class="btn btn-sm" onClick={() => void loadSection(app, item.section)}>
                {t("try_again")}
              </button>
            ) : (
              <span class="fd-t3 fd-xs">{t("loading")}</span>
            )}
          </div>
        ),
      )}
      <div style={{ height: `${drawn.after}px` }} role="presentation" />
    </div>
  );
}

function itemsOf(sections: Section[], shown: Map<string, readonly string[]>, desk: { rows: ReadonlyMap<string, RowData>; sections: ReadonlyMap<string, { done: boolean; failed: boolean; ids: readonly string[] }> }, height: number, stop: string | undefined): Item[] {
  const items: Item[] = [];
  for (const section of sections) {
    const ids = shown.get(section.key) ?? [];
    const state = desk.sections.get(section.key);
    if (section.title && ids.length) items.push({ kind: "head", key: `head ${section.key}`, height: HEAD, section, n: headCount(section, ids.length, state?.done ?? false) });
    for (const id of ids) items.push({ kind: "row", key: id, height, row: desk.rows.get(id)!, stop: id === stop });
    if (state && !state.done && state.ids.length) items.push({ kind: "more", key: `more ${section.key}`, height: MORE, section, failed: state.failed });
  }
  return items;
}

function Head({ section, n }: { section: Section; n: string }): JSX.Element {
  return (
    <div class="fd-gh" role="presentation">
      <Icon name={section.icon as IconName} size="xs" />
      {t(section.title)}
      <span>{section.order === "waiting" ? t("oldest_first", { n }) : n}</span>
    </div>
  );
}
