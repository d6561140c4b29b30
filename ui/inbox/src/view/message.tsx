// One message: who said it when, its parts, and how far it came.
import type { JSX } from "preact";
import type { Message as MessageData, Row } from "../api/types";
import { isolated, t } from "../text/t";
import { clock } from "../text/when";
import { Icon, shortNameOf, Time } from "./bits";
import { useApp, useDesk, useWindow } from "./context";
import { memo } from "./memo";
import { Parts } from "./parts";
import { PlainText } from "./plain_text";
import { WhyButton } from "./why";

interface Props {
  message: MessageData;
  joins: boolean;
  row: Row;
  mine: boolean;
  chosen: string | undefined;
}

export const Message = memo(function Message({ message, joins, row, mine, chosen }: Props): JSX.Element {
  if (message.author === "note") return <Note message={message} row={row} />;
  const bot = message.author === "bot";
  const names = ["fd-m", message.author !== "contact" && "fd-out", bot && "fd-botm", joins && "fd-join", message.delivery?.state === "failed" && "fd-failed"].filter(Boolean).join(" ");
  const who = message.author === "contact" ? shortNameOf(row) : mine ? t("you") : (message.sender?.name ?? (bot ? (row.assistant?.name ?? t("bot")) : t("operator")));
  return (
    <div class={names} data-seq={message.seq}>
      {joins ? null : (
        <div class="fd-by">
          {bot ? <Icon name="robot" size="xs" /> : null}
          <b dir="auto">{who}</b>
          {bot ? <span>{t("assistant_at")}</span> : null}
          <Time at={message.created_at}>{clock(message.created_at)}</Time>
          {bot ? <WhyButton message={message} /> : null}
        </div>
      )}
      <Parts parts={message.parts} source={message.source} chosen={chosen} closed={chosen !== undefined} />
      {message.author === "contact" ? null : <Delivery message={message} mine={mine} />}
    </div>
  );
});

function Note({ message, row }: { message: MessageData; row: Row }): JSX.Element {
  const people = useDesk((desk) => desk.people);
  return (
    <div class="fd-note" data-seq={message.seq}>
      <div class="fd-by">
        <Icon name="lock" size="xs" />
        <b class="fd-b">{message.step === "suggestion" ? t("bot_suggests", { name: row.assistant?.name ?? t("the_bot") }) : t("private_note")}</b>
        {message.sender ? <span>· {isolated(message.sender.name)} ·</span> : null}
        <Time at={message.created_at}>{clock(message.created_at)}</Time>
        {message.step === "suggestion" ? <WhyButton message={message} /> : null}
      </div>
      {message.parts.map((part, at) => (
        <PlainText key={at} text={part.text ?? ""} names={people.map((person) => person.name)} />
      ))}
    </div>
  );
}

// Of own lines the state under the last of a run; of any line when it failed.
function Delivery({ message, mine }: { message: MessageData; mine: boolean }): JSX.Element | null {
  const app = useApp();
  const email = useDesk((desk) => (desk.open ? desk.rows.get(desk.open)?.contact?.email : null));
  useWindow((window) => window.outVersion);
  const delivery = message.delivery;
  if (!delivery || (!mine && delivery.state !== "failed")) return null;
  if (delivery.state === "failed") {
    const text = message.parts.map((part) => part.text ?? "").filter(Boolean).join("\n");
    return (
      <div class="fd-st fd-badc" role="alert">
        <Icon name="alert-triangle" size="xs" />
        <span>{delivery.detail ? t("not_delivered_because", { reason: delivery.detail }) : t("not_delivered")}</span>
        {text && app.boot.can_write ? (
          <button type="button" class="fd-link" onClick={() => app.window.set((now) => ({ mode: "reply", insert: { text, id: (now.insert?.id ?? 0) + 1 } }))}>
            {t("write_again")}
          </button>
        ) : null}
        {email ? (
          <a class="fd-link" href={`mailto:${encodeURIComponent(email)}?body=${encodeURIComponent(text)}`} rel="noopener noreferrer">
            {t("by_mail")}
          </a>
        ) : null}
      </div>
    );
  }
  return (
    <div class="fd-st">
      <Icon name={delivery.state === "delivered" || delivery.state === "read" ? "checks" : delivery.state === "sent" ? "check" : "clock-hour-4"} size="xs" />
      {t(`delivery_${delivery.state}`)}
    </div>
  );
}
