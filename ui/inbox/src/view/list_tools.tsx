// Above the list: the search field, and what narrows and orders it.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { filterBy, showView } from "../state/moves";
import type { Order } from "../state/sections";
import { t } from "../text/t";
import { Icon, Kbd } from "./bits";
import { useApp, useDesk, useMedia } from "./context";
import { Menu, type Group } from "./menu";

const TYPING_MS = 250;
const ORDERS: readonly Order[] = ["newest", "oldest", "waiting"];

export function ListTools(): JSX.Element {
  const app = useApp();
  const filter = useDesk((desk) => desk.filter);
  const narrow = useMedia("(max-width: 1279px)");
  const [word, setWord] = useState(filter.q);
  const typed = useRef(false);
  useEffect(() => {
    if (!typed.current) return undefined;
    const timer = setTimeout(() => filterBy(app, { q: word.trim() }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [word]);
  useEffect(() => setWord(filter.q), [filter.q === ""]);
  return (
    <>
      <div class="fd-list-tools">
        {narrow ? (
          <button type="button" class="btn btn-icon" title={t("views")} aria-label={t("views")} data-opens onClick={() => app.sheet("views")}>
            <Icon name="menu-2" />
          </button>
        ) : null}
        <div class="fd-search">
          <Icon name="search" size="s" />
          <input
            class="form-control"
            type="search"
            value={word}
            placeholder={t("search_chats")}
            aria-label={t("search_chats")}
            data-search
            maxLength={200}
            onInput={(event) => ((typed.current = true), setWord(event.currentTarget.value))}
            onKeyDown={(event) => event.key === "Escape" && (setWord(""), event.currentTarget.blur())}
          />
          {word ? null : <Kbd keys="/" />}
        </div>
        <FilterMenu />
      </div>
      <div class="fd-chips">
        <button type="button" class="fd-chip-b" aria-pressed={filter.unread} onClick={() => filterBy(app, { unread: !filter.unread })}>
          {t("unread")}
        </button>
        <Chips />
        <div class="fd-holds fd-sp">
          <button type="button" class="fd-chip-b" data-opens aria-haspopup="listbox" onClick={() => app.sheet("order")}>
            {t(`order_${filter.order}`)} <Icon name="chevron-down" size="xs" />
          </button>
          <Menu
            name="order"
            label={t("order")}
            end
            groups={[{ choices: ORDERS.map((order) => ({ id: order, label: t(`order_${order}`), checked: order === filter.order, run: () => (filterBy(app, { order }), app.sheet(null)) })) }]}
          />
        </div>
      </div>
    </>
  );
}

function Chips(): JSX.Element {
  const app = useApp();
  const filter = useDesk((desk) => desk.filter);
  const channels = useDesk((desk) => desk.channels);
  const channel = channels.find((one) => one.id === filter.channel_id);
  return (
    <>
      {filter.channel_id ? <Chip label={channel?.name || t("channel")} clear={() => filterBy(app, { channel_id: "" })} /> : null}
      {filter.label ? <Chip label={filter.label} clear={() => filterBy(app, { label: "" })} /> : null}
    </>
  );
}

function Chip({ label, clear }: { label: string; clear: () => void }): JSX.Element {
  return (
    <button type="button" class="fd-chip-b" aria-pressed="true" title={t("clear_filter")} onClick={clear}>
      <span class="fd-cut" dir="auto">
        {label}
      </span>
      <Icon name="x" size="xs" />
    </button>
  );
}

function FilterMenu(): JSX.Element {
  const app = useApp();
  const { channels, teams, labels, filter, view } = useDesk((desk) => desk);
  const pick = (part: Partial<typeof filter>): void => {
    filterBy(app, part);
    app.sheet(null);
  };
  const groups: Group[] = [
    { title: t("channel"), choices: channels.map((one) => ({ id: one.id, label: one.name || one.type, icon: "broadcast" as const, checked: filter.channel_id === one.id, run: () => pick({ channel_id: filter.channel_id === one.id ? "" : one.id }) })) },
    { title: t("teams"), choices: teams.map((one) => ({ id: one.id, label: one.name, icon: "users" as const, checked: view === `team:${one.name}`, run: () => showView(app, view === `team:${one.name}` ? "all" : `team:${one.name}`) })) },
    { title: t("labels"), choices: labels.map((one) => ({ id: one.name, label: one.name, icon: "tag" as const, checked: filter.label === one.name, run: () => pick({ label: filter.label === one.name ? "" : one.name }) })) },
  ];
  return (
    <div class="fd-holds">
      <button type="button" class="btn btn-icon" title={t("filter")} aria-label={t("filter")} data-opens aria-haspopup="listbox" onClick={() => app.sheet("filter")}>
        <Icon name="adjustments-horizontal" />
      </button>
      <Menu name="filter" label={t("filter")} groups={groups} find end empty={t("filter_none")} />
    </div>
  );
}
