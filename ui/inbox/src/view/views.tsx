// The first pane: every view with its count, the teams, the labels, and whether this person is there.
import type { JSX } from "preact";
import { addressOf, showView } from "../state/moves";
import { openCount, viewCount } from "../state/sections";
import { t } from "../text/t";
import { Icon } from "./bits";
import { useApp, useDesk } from "./context";
import type { IconName } from "./icons";
import { Presence } from "./presence";

const VIEWS: readonly [string, IconName, "mine" | "queue" | "unassigned" | "bot" | "snoozed" | "human" | "mentions" | null][] = [
  ["all", "stack-2", null],
  ["mine", "user-check", "mine"],
  ["queue", "clock-hour-4", "queue"],
  ["unassigned", "inbox", "unassigned"],
  ["mentions", "at", "mentions"],
  ["human", "users", "human"],
  ["bot", "robot", "bot"],
  ["snoozed", "alarm-snooze", "snoozed"],
  ["closed", "circle-check", null],
];

export function Views(): JSX.Element {
  const app = useApp();
  const counts = useDesk((desk) => desk.counts);
  const teams = useDesk((desk) => desk.teams);
  const numberOf = (view: string, count: (typeof VIEWS)[number][2]): string | null => {
    if (!counts) return null;
    if (view === "all") return openCount(counts);
    return count ? viewCount(view, counts[count]) : null;
  };
  return (
    <section class="fd-pane fd-views" aria-label={t("views")} data-pane-name="views">
      <div class="fd-pane-h">
        <h1>{t("title")}</h1>
        <button type="button" class="fd-ib fd-sp" title={t("search_all")} aria-label={t("search_all")} data-opens onClick={() => app.sheet("search")}>
          <Icon name="search" />
        </button>
      </div>
      <div class="fd-scroll">
        {VIEWS.map(([view, icon, count]) => (
          <View key={view} view={view} icon={icon} label={t(`view_${view}`)} n={numberOf(view, count)} hot={view === "queue"} />
        ))}
        {teams.length ? <div class="fd-v-h">{t("teams")}</div> : null}
        {teams.map((team) => (
          <View key={team.id} view={`team:${team.name}`} icon="users" label={team.name} n={String(counts?.teams?.[team.name] ?? 0)} />
        ))}
      </div>
      <Presence />
    </section>
  );
}

function View({ view, icon, label, n, hot = false }: { view: string; icon: IconName; label: string; n: string | null; hot?: boolean }): JSX.Element {
  const app = useApp();
  const current = useDesk((desk) => desk.view === view);
  return (
    <a
      class="fd-v"
      href={addressOf({ view, open: null, pane: "list" }, null)}
      aria-current={current ? "page" : undefined}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        showView(app, view);
      }}
    >
      <Icon name={icon} />
      <span class="fd-cut" dir="auto">
        {label}
      </span>
      {n && n !== "0" ? <span class={`fd-n ${hot ? "fd-hot" : ""}`}>{n}</span> : null}
    </a>
  );
}
