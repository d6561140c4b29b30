// One conversation in the list: who and when, what was said last, its state and labels.
import type { JSX } from "preact";
import { memo } from "./memo";
import type { Row as RowData } from "../api/types";
import { addressOf, openConversation, take } from "../state/moves";
import { t } from "../text/t";
import { brief, lasted, until } from "../text/when";
import { Avatar, channelIcon, Icon, nameOf, StateTag, Time } from "./bits";
import { useApp, useDesk } from "./context";

const PROMISE_MS = 120_000;

interface Props {
  row: RowData;
  now: number;
  stop: boolean; // whether Tab stops here: one row of the list
  at: number;
  of: number;
}

export const Row = memo(function Row({ row, now, stop, at, of }: Props): JSX.Element {
  const app = useApp();
  const current = useDesk((desk) => desk.open === row.id);
  const view = useDesk((desk) => desk.view);
  const me = app.boot.me.id;
  const unread = row.unread > 0 && row.owner !== "bot" && row.owner !== "closed";
  const isHigh = row.priority === "high" || row.priority === "urgent";
  const shown = isHigh ? 1 : 2; // labels; the rest are a number
  const names = `fd-cv ${unread ? "fd-un" : ""} ${row.owner === "closed" ? "fd-done" : ""}`;
  return (
    <div class={names} role="listitem" aria-current={current ? "true" : undefined} aria-posinset={at} aria-setsize={of} data-id={row.id}>
      <Avatar id={row.contact?.id ?? row.id} name={nameOf(row)} />
      <div class="fd-cv-b">
        <div class="fd-who">
          <a
            class="fd-cut fd-cover"
            href={addressOf({ view, open: row.id, pane: "chat" }, row.id)}
            tabIndex={stop ? 0 : -1}
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey || event.shiftKey) return;
              event.preventDefault();
              openConversation(app, row.id);
            }}
          >
            <b dir="auto">{nameOf(row)}</b>
            {unread ? <span class="visually-hidden">{t("unread_mark")}</span> : null}
          </a>
          <Icon name={channelIcon(row.channel?.type)} size="xs" extra="fd-t3" />
          <When row={row} now={now} />
        </div>
        <div class="fd-txt">
          <Last row={row} me={me} />
          {unread ? <span class="fd-un-dot fd-sp" title={t("unread")} /> : null}
        </div>
        <div class="fd-meta">
          <StateTag row={row} me={me} />
          {isHigh ? (
            <span class={`fd-tag ${row.priority === "urgent" ? "fd-bad" : "fd-queue"}`}>
              <Icon name="flag-3" />
              {t(`priority_${row.priority}`)}
            </span>
          ) : null}
          {row.labels.slice(0, shown).map((label) => (
            <span class="fd-tag fd-line" key={label.name}>
              <span class="fd-cut" dir="auto">
                {label.name}
              </span>
            </span>
          ))}
          {row.labels.length > shown ? (
            <span
              class="fd-tag fd-line fd-rest"
              title={row.labels
                .slice(shown)
                .map((label) => label.name)
                .join(", ")}
            >
              +{row.labels.length - shown}
            </span>
          ) : null}
          {row.owner === "queued" && app.boot.can_write ? (
            <button type="button" class="btn btn-sm fd-sp fd-take" tabIndex={-1} onClick={() => void take(app, row.id).then((mine) => mine && openConversation(app, row.id))}>
              {t("take")}
            </button>
          ) : null}
        </div>
      </div>
    </div>
  );
});

function When({ row, now }: { row: RowData; now: number }): JSX.Element {
  if (row.snoozed_until && Date.parse(row.snoozed_until) > now) return <Time at={row.snoozed_until}>{t("until", { time: until(row.snoozed_until, now) })}</Time>;
  const since = row.owner === "queued" ? (row.waiting_since ?? row.queued_at) : row.owner === "human" ? row.waiting_since : null;
  if (since) {
    const late = now - Date.parse(since) > PROMISE_MS;
    return (
      <Time at={since} extra={late ? "fd-quec fd-b" : ""}>
        <span class="visually-hidden">{t("waits_for")} </span>
        {lasted(since, now)}
      </Time>
    );
  }
  const at = row.last_message?.at ?? row.updated_at;
  return <Time at={at}>{brief(at, now)}</Time>;
}

function Last({ row, me }: { row: RowData; me: string }): JSX.Element {
  const last = row.last_message;
  if (row.owner === "closed" && row.rating) return <Line icon="star" text={t("rated", { rating: row.rating })} />;
  if (!last) return <span class="fd-cut fd-t3">{t("no_messages")}</span>;
  if (last.author === "bot") return <Line icon="robot" text={row.assistant ? t("said_by", { name: row.assistant.name, text: last.preview }) : last.preview} />;
  if (last.author === "note") return <Line icon="lock" text={last.preview} />;
  if (last.author === "operator") {
    const text = row.assignee?.id === me ? t("said_by", { name: t("you"), text: last.preview }) : last.preview;
    return <Line icon="corner-up-left" text={text} />;
  }
  return (
    <span class="fd-cut" dir="auto">
      {last.preview}
    </span>
  );
}

function Line({ icon, text }: { icon: "robot" | "lock" | "corner-up-left" | "star"; text: string }): JSX.Element {
  return (
    <>
      <Icon name={icon} size="xs" flip={icon === "corner-up-left"} />
      <span class="fd-cut" dir="auto">
        {text}
      </span>
    </>
  );
}
