// A line of the record: the conversation was handed over, assigned, given back, snoozed, closed, merged.
import type { JSX } from "preact";
import type { Message, Row, Strip } from "../api/types";
import { inWords } from "../text/links";
import { isolated, maybe, t, type Values } from "../text/t";
import { clock, until } from "../text/when";
import { Icon, nameOf, Time } from "./bits";
import { useApp, useDesk } from "./context";
import type { IconName } from "./icons";

const ICONS: Record<string, [IconName, IconName]> = {
  handoff: ["robot", "clock-hour-4"],
  taken: ["clock-hour-4", "user"],
  assigned: ["user", "user-check"],
  handed_back: ["user", "robot"],
  snoozed: ["user", "alarm-snooze"],
  woken: ["alarm-snooze", "clock-hour-4"],
  closed: ["user", "check"],
  reopened: ["check", "message-circle"],
  merged: ["arrows-exchange", "message-circle"],
  priority: ["user", "flag-3"],
  labels: ["user", "tag"],
  queue_position: ["clock-hour-4", "message-circle"],
  away: ["clock-hour-4", "message-circle"],
  rating_asked: ["check", "star"],
  rated: ["user", "star"],
};

const OWNERS = new Set(["bot", "queued", "human", "closed"]);

export function StripLine({ message, row }: { message: Message; row: Row }): JSX.Element {
  const app = useApp();
  const people = useDesk((desk) => desk.people);
  const event = message.event ?? { kind: "" };
  const me = app.boot.me.id;
  const named = (id: string | null | undefined, name: string | undefined): string => {
    if (!id || OWNERS.has(id)) return "";
    return id === me ? t("you") : (name ?? people.find((person) => person.id === id)?.name ?? id);
  };
  const byBot = event.kind === "handoff" || event.from === "bot";
  const who = named(event.who, event.who_name) || (byBot ? (row.assistant?.name ?? t("the_bot")) : t("the_system"));
  if (event.kind === "not_sent") return <NotSent message={message} text={String(event.text ?? "")} who={row.assignee ? named(row.assignee.id, row.assignee.name) : ""} />;
  const [from, to] = ICONS[event.kind] ?? ["clock-hour-4", "check"];
  const reason = reasonOf(event);
  const comment = event.kind === "rated" ? String(event.text ?? "") : "";
  const told = comment || message.parts.map((part) => part.text ?? "").filter(Boolean).join(" ");
  return (
    <div class="fd-hand" data-seq={message.seq}>
      <span class={from === "robot" ? "fd-from" : "fd-from fd-p"}>
        <Icon name={from} size="s" />
      </span>
      <Icon name="arrow-right" size="xs" flip extra="fd-t3" />
      <span class={to === "robot" ? "fd-to fd-bt" : "fd-to"}>
        <Icon name={to} size="s" />
      </span>
      <span class="fd-cut">
        <b>{sentence(event, { who, name: nameOf(row), to: named(event.to, event.to_name), isMine: event.to === me })}</b>
        {reason ? ` ${isolated(reason)}` : null}
        {told ? (
          <q class="fd-told" dir="auto">
            {told}
          </q>
        ) : null}
      </span>
      <span class="fd-sp fd-hs fd-nw">
        <Time at={message.created_at} extra="fd-xs fd-t3">
          {clock(message.created_at)}
        </Time>
      </span>
    </div>
  );
}

// What the bot was about to say when a person took over; the customer never got it.
function NotSent({ message, text, who }: { message: Message; text: string; who: string }): JSX.Element {
  return (
    <details class="fd-unsent" data-seq={message.seq}>
      <summary>
        <Icon name="robot" size="xs" /> {who ? t("strip_not_sent", { to: who }) : t("strip_not_sent_plain")}
      </summary>
      <s class="fd-plain" dir="auto">
        {text}
      </s>
    </details>
  );
}

// The reason as the record has it: of a hand-off in words, of the others one word that the sentence or the catalogue knows.
function reasonOf(event: Strip): string {
  const said = event.reason;
  if (!said || said === "customer" || event.kind === "closed" || event.kind === "rating_asked") return "";
  if (event.kind === "handed_back") return t("strip_at_flow", { flow: said });
  return maybe(`reason_${said}`) ?? inWords(said);
}

// The fullest sentence that the facts allow; an unknown kind is named as it came.
function sentence(event: Strip, names: { who: string; name: string; to: string; isMine: boolean }): string {
  const { isMine, ...words } = names;
  const values: Values = { ...words, team: event.team ?? "" };
  const kind = event.kind;
  if (kind === "assigned" && !names.to) return t(event.team ? "strip_queued_of" : "strip_queued", values);
  if (kind === "assigned" && event.to === event.who) return t("strip_taken", values);
  if (kind === "assigned" && isMine) return t("strip_assigned_you", values);
  if (kind === "handoff") return t(event.team ? "strip_handoff" : "strip_handoff_plain", values);
  if (kind === "closed") return event.reason ? t("strip_closed", { ...values, outcome: maybe(`outcome_${event.reason}`) ?? event.reason }) : t("strip_closed_plain", values);
  if (kind === "snoozed" && event.until) return t("strip_snoozed", { ...values, until: until(event.until, Date.now()) });
  if (kind === "priority") return t("strip_priority", { ...values, to: maybe(`priority_${event.to}`) ?? String(event.to) });
  if (kind === "labels") return event.to ? t("strip_labels", { ...values, to: event.to }) : t("strip_labels_none", values);
  if (kind === "rating_asked" && event.reason === "range") return t("strip_rating_range");
  if (kind === "reopened" || kind === "woken") return t(event.reason === "customer" ? `strip_${kind}_customer` : event.who ? `strip_${kind}_by` : `strip_${kind}`, values);
  if (kind === "queue_position") return t("strip_queue_position", { ...values, to: event.to ?? "" });
  if (kind === "rated") {
    const [rating = "", most = ""] = String(event.to ?? "").split("/");
    return t("strip_rated", { ...values, rating, most });
  }
  return maybe(`strip_${kind}`, values) ?? t("strip_other", { ...values, kind: kind.replaceAll("_", " ") });
}
