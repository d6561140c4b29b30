// The head of a conversation: name, state, who else is here, and everything that can be done with it.
import type { JSX } from "preact";
import type { Row } from "../api/types";
import { showPane } from "../state/moves";
import { isolated, t } from "../text/t";
import { lasted, until } from "../text/when";
import { AssignMenu, CloseMenu, HandBackMenu, LabelMenu, PriorityMenu, SnoozeMenu } from "./actions";
import { Avatar, Icon, IconButton, nameOf, StateTag } from "./bits";
import { useApp, useDesk, useNow } from "./context";
import { MoreMenu } from "./more";

export function Head({ row }: { row: Row }): JSX.Element {
  const app = useApp();
  const now = useNow(15);
  const write = app.boot.can_write;
  const open = row.owner !== "closed";
  const facts = [row.subject, row.channel?.name, row.team, open ? t("open_for", { time: lasted(row.created_at, now) }) : null].flatMap((one) => (one ? [isolated(one)] : [])).join(" · ");
  return (
    <div class="fd-pane-h">
      <IconButton icon="arrow-left" label={t("back_to_list")} extra="fd-only-s" flip run={() => history.back()} />
      <div class="fd-head-who">
        <div class="fd-hs fd-tight">
          <h2 class="fd-cut" dir="auto">
            {nameOf(row)}
          </h2>
          <StateTag row={row} me={app.boot.me.id} />
          {row.snoozed_until && Date.parse(row.snoozed_until) > now ? (
            <span class="fd-tag fd-no-s">
              <Icon name="alarm-snooze" />
              <span class="fd-cut">{t("until", { time: until(row.snoozed_until, now) })}</span>
            </span>
          ) : null}
        </div>
        <div class="fd-xs fd-t3 fd-cut fd-no-s">{facts}</div>
      </div>
      <div class="fd-hs fd-sp fd-acts">
        <Others id={row.id} />
        {write && open ? (
          <>
            <Holder extra="fd-no-s fd-no-m">
              <IconButton icon="alarm-snooze" label={t("snooze")} keys="Z" run={() => app.sheet("snooze")} />
              <SnoozeMenu row={row} />
            </Holder>
            <Holder extra="fd-no-s fd-no-m">
              <IconButton icon="tag" label={t("label")} keys="L" run={() => app.sheet("labels")} />
              <LabelMenu row={row} />
            </Holder>
            <Holder extra="fd-no-s">
              <button type="button" class="btn btn-sm" title={`${t("assign")}  A`} aria-haspopup="listbox" onClick={() => app.sheet("assign")}>
                {t("assign")} <Icon name="chevron-down" size="xs" />
              </button>
              <AssignMenu row={row} />
            </Holder>
            {row.owner === "human" ? (
              <Holder extra="fd-no-s fd-no-m">
                <button type="button" class="btn btn-sm" title={`${t("hand_back_to_bot")}  B`} aria-haspopup="listbox" onClick={() => app.sheet("hand-back")}>
                  <Icon name="robot" size="s" />
                  {t("hand_back")}
                </button>
                <HandBackMenu row={row} />
              </Holder>
            ) : row.owner === "queued" ? (
              <Holder>
                <HandBackMenu row={row} />
              </Holder>
            ) : null}
          </>
        ) : null}
        <IconButton icon="user-circle" label={t("contact")} keys="I" extra="fd-only-narrow" run={() => showPane(app, "contact")} />
        <Holder>
          <IconButton icon="dots" label={t("more")} run={() => app.sheet("more")} />
          <MoreMenu row={row} />
          <PriorityMenu row={row} />
        </Holder>
        {write && open ? (
          <Holder>
            <button type="button" class="btn btn-sm" title={`${t("close")}  E`} aria-haspopup="listbox" onClick={() => app.sheet("close")}>
              <Icon name="check" size="s" />
              {t("close")}
            </button>
            <CloseMenu row={row} />
          </Holder>
        ) : null}
      </div>
    </div>
  );
}

function Holder({ children, extra = "" }: { children: JSX.Element | (JSX.Element | null)[] | null; extra?: string }): JSX.Element {
  return (
    <div class={`fd-holds ${extra}`} data-opens>
      {children}
    </div>
  );
}

function Others({ id }: { id: string }): JSX.Element | null {
  const people = useDesk((desk) => desk.viewers.get(id));
  if (!people?.length) return null;
  return (
    <span class="fd-hs fd-others fd-no-s">
      {people.slice(0, 3).map((one) => (
        <Avatar key={one.id} id={one.id} name={one.name} size="fd-s fd-here" title={t("is_viewing", { name: one.name })} />
      ))}
      {people.length > 3 ? <span class="fd-xs fd-t3">+{people.length - 3}</span> : null}
    </span>
  );
}
