// What stands in the list's place: rows to come, nothing, or what went wrong.
import type { JSX } from "preact";
import { NO_FILTER } from "../state/desk";
import { loadSection } from "../state/loading";
import { filterBy } from "../state/moves";
import type { Section } from "../state/sections";
import { many, t } from "../text/t";
import { Icon } from "./bits";
import { useApp, useDesk } from "./context";

export function Skeletons(): JSX.Element {
  return (
    <div class="fd-late" role="presentation">
      {Array.from({ length: 8 }, (_, at) => (
        <div class="fd-cv fd-skel" key={at} aria-hidden="true">
          <span class="fd-av" />
          <div class="fd-cv-b">
            <i class="fd-sk fd-sk-1" />
            <i class="fd-sk fd-sk-2" />
            <i class="fd-sk fd-sk-3" />
          </div>
        </div>
      ))}
    </div>
  );
}

// Views that something comes to by itself; to the others somebody puts it.
const COMES = new Set(["all", "mine", "queue", "unassigned", "human", "bot"]);

export function Empty(): JSX.Element {
  const app = useApp();
  const filter = useDesk((desk) => desk.filter);
  const view = useDesk((desk) => desk.view);
  const bot = useDesk((desk) => desk.counts?.bot ?? 0);
  const filtered = filter.unread || filter.channel_id || filter.label || filter.q;
  if (filtered) {
    return (
      <div class="fd-empty" role="listitem">
        <Icon name="search" size="l" />
        <b>{t("empty_filtered")}</b>
        <button type="button" class="btn" onClick={() => filterBy(app, NO_FILTER)}>
          {t("clear_filters")}
        </button>
      </div>
    );
  }
  if (view === "all" && !app.boot.connected) {
    return (
      <div class="fd-empty" role="listitem">
        <Icon name="broadcast" size="l" />
        <b>{t("empty_unconnected")}</b>
        <span class="fd-t3">{t(app.boot.can_connect ? "empty_connect" : "empty_connect_others")}</span>
        {app.boot.can_connect ? (
          <>
            <a class="btn btn-primary" href="/panel/ai">
              {t("to_ai")}
            </a>
            <a class="btn" href="/panel/channels">
              {t("to_channels")}
            </a>
          </>
        ) : null}
      </div>
    );
  }
  const known = ["all", "mine", "queue", "unassigned", "mentions", "human", "bot", "snoozed", "closed"].includes(view) ? view : "all";
  return (
    <div class="fd-empty" role="listitem">
      <Icon name={known === "queue" || known === "all" ? "check" : "inbox"} size="l" />
      <b>{t(`empty_${known}`)}</b>
      {COMES.has(known) ? <span class="fd-t3">{bot && (known === "all" || known === "queue") ? many("empty_bot_busy", bot) : t("empty_how")}</span> : null}
    </div>
  );
}

export function Failed({ sections }: { sections: Section[] }): JSX.Element {
  const app = useApp();
  return (
    <div class="fd-empty" role="listitem">
      <Icon name="alert-triangle" size="l" />
      <b>{t("list_failed")}</b>
      <span class="fd-t3">{t("list_failed_how")}</span>
      <button type="button" class="btn" onClick={() => sections.forEach((section) => void loadSection(app, section))}>
        {t("try_again")}
      </button>
    </div>
  );
}
