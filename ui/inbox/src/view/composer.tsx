// The foot of a conversation: who answers now, and where one writes. What stands here follows from who owns the conversation.
//
//   bot: folded, notes possible · queued or nobody's: the first answer takes it · mine: full · a colleague's: notes only
//   closed: Reopen · for those who only look: a line that says so
import type { JSX } from "preact";
import type { Row } from "../api/types";
import { reopen, take, unsnooze } from "../state/moves";
import { t } from "../text/t";
import { firstName, Icon, Kbd } from "./bits";
import { useApp, useWindow } from "./context";
import { Editor } from "./editor";
import type { IconName } from "./icons";

export function Composer({ row }: { row: Row }): JSX.Element {
  const app = useApp();
  const mode = useWindow((window) => window.mode);
  const mine = row.owner === "human" && row.assignee?.id === app.boot.me.id;
  const free = row.owner === "queued" || (row.owner === "human" && !row.assignee);
  if (!app.boot.can_write) return <Folded icon="lock" text={t("only_looking")} />;
  const asleep = row.snoozed_until !== null && Date.parse(row.snoozed_until) > Date.now();
  const writes = mine || free;
  const taking = (
    <button type="button" class={`btn btn-sm ${free ? "btn-primary" : ""}`} onClick={() => void take(app, row.id)}>
      {free ? t("take") : t("take_over")} <Kbd keys="T" />
    </button>
  );
  const note = (
    <button type="button" class="btn btn-sm fd-btn-quiet" onClick={() => app.window.set({ mode: "note" })}>
      {t("add_note")} <Kbd keys="N" />
    </button>
  );
  return (
    <div class="fd-compose">
      {asleep ? (
        <Line icon="alarm-snooze" text={t("is_snoozed")}>
          <button type="button" class="btn btn-sm" onClick={() => void unsnooze(app, row.id)}>
            {t("wake")}
          </button>
        </Line>
      ) : null}
      {row.owner === "closed" ? (
        <Line icon="check" text={row.outcome ? t("is_closed_as", { outcome: t(`outcome_${row.outcome}`) }) : t("is_closed")}>
          {note}
          <button type="button" class="btn btn-sm" onClick={() => void reopen(app, row.id)}>
            {t("reopen")}
          </button>
        </Line>
      ) : row.owner === "bot" ? (
        <Line icon="robot" text={t("bot_answers", { name: row.assistant?.name ?? t("the_bot") })}>
          {note}
          {taking}
        </Line>
      ) : free ? (
        <Line icon="clock-hour-4" text={row.owner === "queued" ? t("waits_in_queue") : t("nobodys")}>
          {taking}
        </Line>
      ) : mine ? null : (
        <Line icon="user" text={t("owned_by", { name: firstName(row.assignee?.name ?? "") })}>
          {note}
          {taking}
        </Line>
      )}
      {writes || mode === "note" ? <Editor row={row} notesOnly={!writes} takes={free} /> : null}
    </div>
  );
}

function Line({ icon, text, children }: { icon: IconName; text: string; children: JSX.Element | JSX.Element[] }): JSX.Element {
  return (
    <div class="fd-folded">
      <Icon name={icon} size="s" />
      <span>{text}</span>
      <span class="fd-sp fd-hs">{children}</span>
    </div>
  );
}

function Folded({ icon, text }: { icon: IconName; text: string }): JSX.Element {
  return (
    <div class="fd-compose">
      <div class="fd-folded">
        <Icon name={icon} size="s" />
        <span>{text}</span>
      </div>
    </div>
  );
}
