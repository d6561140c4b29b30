// A line of the record: the conversation was handed over, assigned, given back, snoozed, closed, merged.
import type { JSX } from "preact";
import type { Message, Named, Row } from "../api/types";
import { maybe, t, type Values } from "../text/t";
import { clock, until } from "../text/when";
import { Icon, nameOf, Time } from "./bits";
import { useApp, useDesk } from "./context";
import type { IconName } from "./icons";

const ICONS: Record<string, [IconName, IconName]> = {
  handoff: ["robot", "user"],
  queued: ["robot", "clock-hour-4"],
  taken: ["clock-hour-4", "user"],
  assigned: ["user", "user"],
  handed_back: ["user", "robot"],
  snoozed: ["user", "alarm-snooze"],
  woken: ["alarm-snooze", "user"],
  closed: ["user", "check"],
  reopened: ["check", "user"],
  merged: ["arrows-exchange", "message-circle"],
  rated: ["user", "star"],
  discarded: ["robot", "x"],
};

const SAME: Record<string, string> = {
  handed_over: "handoff",
  hand_off: "handoff",
  assign: "assigned",
  take: "taken",
  claimed: "taken",
  "hand-back": "handed_back",
  hand_back: "handed_back",
  snooze: "snoozed",
  unsnoozed: "woken",
  unsnooze: "woken",
  close: "closed",
  reopen: "reopened",
  merge: "merged",
  rating: "rated",
};

export function StripLine({ message, row }: { message: Message; row: Row }): JSX.Element {
  const app = useApp();
  const people = useDesk((desk) => desk.people);
  const event = message.event ?? { kind: "" };
  const kind = SAME[event.kind] ?? event.kind;
  const [from, to] = ICONS[kind] ?? ["clock-hour-4", "check"];
  const me = app.boot.me.id;
  const named = (one: unknown): string => {
    const id = typeof one === "string" ? one : ((one as Named | null)?.id ?? "");
    if (id === me) return t("you");
    const known = people.find((person) => person.id === id)?.name;
    return known ?? (typeof one === "string" ? one : ((one as Named | null)?.name ?? ""));
  };
  const who = named(event.who) || message.sender?.name || (kind === "handoff" ? (row.assistant?.name ?? t("the_bot")) : t("the_system"));
  const goal = named(event.to) || named(event.team) || row.team || "";
  const values: Values = {
    who,
    to: goal,
    from: named(event.from),
    name: nameOf(row),
    rating: String(event.rating ?? row.rating ?? ""),
    outcome: maybe(`outcome_${String(event.outcome ?? event.to ?? "")}`) ?? "",
    until: typeof event.until === "string" ? until(event.until, Date.now()) : "",
  };
  const reason = typeof event.reason === "string" ? (maybe(`reason_${event.reason}`) ?? event.reason) : "";
  return (
    <div class="fd-hand" data-seq={message.seq}>
      <span class={from === "robot" ? "fd-from" : "fd-from fd-p"}>
        <Icon name={from} size="s" />
      </span>
      <Icon name="arrow-right" size="xs" flip extra="fd-t3" />
      <span class={to === "robot" ? "fd-to fd-b" : "fd-to"}>
        <Icon name={to} size="s" />
      </span>
      <span class="fd-cut" dir="auto">
        <b>{sentence(kind, values)}</b>
        {reason ? ` ${reason}` : null}
      </span>
      <span class="fd-sp fd-hs fd-nw">
        {typeof event.trace_url === "string" && event.trace_url.startsWith("/panel/") ? <a href={event.trace_url}>{t("bot_trace")}</a> : null}
        <Time at={message.created_at} extra="fd-xs fd-t3">
          {clock(message.created_at)}
        </Time>
      </span>
    </div>
  );
}

// The fullest sentence that its facts allow; an unknown kind is named as it came.
function sentence(kind: string, values: Values): string {
  const fact = kind === "closed" ? values.outcome : kind === "snoozed" ? values.until : values.to;
  const full = fact ? maybe(`strip_${kind}`, values) : null;
  return full ?? maybe(`strip_${kind}_plain`, values) ?? maybe(`strip_${kind}`, values) ?? t("strip_other", { ...values, kind: kind.replaceAll("_", " ") });
}
