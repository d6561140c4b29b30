// A message of ours that the server does not have yet: on its way, stopped by what came in between, or refused.
import type { JSX } from "preact";
import type { Row } from "../api/types";
import { lastSeq } from "../state/desk";
import type { Out } from "../state/outbox";
import { t } from "../text/t";
import { clock } from "../text/when";
import { Icon } from "./bits";
import { useApp, useDesk } from "./context";
import { Parts } from "./parts";
import { PlainText } from "./plain_text";

export function OutMessage({ out, row }: { out: Out; row: Row }): JSX.Element {
  const app = useApp();
  const seq = useDesk((desk) => lastSeq(desk, row.id));
  const stuck = out.state === "failed" || out.state === "held";
  const edit = (): void => {
    const dropped = app.outbox.drop(out.client_id);
    if (dropped) app.window.set((now) => ({ mode: out.body.note ? "note" : "reply", insert: { text: dropped.body.text, id: (now.insert?.id ?? 0) + 1 } }));
  };
  const under = (
    <div class={`fd-st ${stuck ? "fd-badc" : ""}`} role={stuck ? "alert" : undefined}>
      <Icon name={stuck ? "alert-triangle" : "clock-hour-4"} size="xs" />
      <span>{out.state === "held" ? t("held") : out.state === "failed" ? t("not_sent", { reason: out.detail }) : t("delivery_sending")}</span>
      {stuck ? (
        <>
          <button type="button" class="fd-link" onClick={() => app.outbox.again(out.client_id, out.state === "held" ? seq : undefined)}>
            {out.state === "held" ? t("send_anyway") : t("try_again")}
          </button>
          <button type="button" class="fd-link" onClick={edit}>
            {t("edit")}
          </button>
        </>
      ) : null}
    </div>
  );
  if (out.body.note) {
    return (
      <div class="fd-note">
        <div class="fd-by">
          <Icon name="lock" size="xs" />
          <b class="fd-b">{t("private_note")}</b> · {t("you")}
        </div>
        <PlainText text={out.body.text} names={[]} />
        {under}
      </div>
    );
  }
  return (
    <div class={`fd-m fd-out ${stuck ? "fd-failed" : "fd-pending"}`}>
      <div class="fd-by">
        <b>{t("you")}</b>
        {clock(out.at)}
      </div>
      <Parts parts={[...(out.body.text ? [{ type: "text", text: out.body.text }] : []), ...(out.body.parts ?? [])]} source={null} chosen={undefined} closed={false} />
      {under}
    </div>
  );
}
