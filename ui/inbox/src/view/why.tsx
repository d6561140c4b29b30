// Why the bot said a line: what it took the message for, where it went in its flows, whom it asked.
import type { JSX } from "preact";
import { Fragment } from "preact";
import { useEffect, useState } from "preact/hooks";
import * as api from "../api/desk";
import { Problem } from "../api/http";
import type { Message, Row } from "../api/types";
import type { Why } from "../api/why";
import { said } from "../state/app";
import { t } from "../text/t";
import { whyRows } from "../text/why";
import { useApp, useWindow } from "./context";
import { Cancel, Dialog } from "./dialog";

export function WhyButton({ message }: { message: Message }): JSX.Element {
  const app = useApp();
  return (
    <button type="button" class="fd-link" title={t("why_title")} onClick={() => app.window.set({ sheet: "why", why: message.id })}>
      {t("why")}
    </button>
  );
}

export function WhyDialog({ row }: { row: Row }): JSX.Element {
  const message = useWindow((window) => (window.sheet === "why" ? window.why : null));
  const [why, setWhy] = useState<Why | string | null>(null);
  useEffect(() => {
    if (!message) return undefined;
    let here = true;
    setWhy(null);
    api.why(row.id, message).then(
      (found) => here && setWhy(found),
      (error) => here && setWhy(error instanceof Problem && error.status === 404 ? t("why_gone") : said(error)),
    );
    return () => {
      here = false;
    };
  }, [message, row.id]);
  return (
    <Dialog name="why" title={t("why_title")} foot={<Cancel label={t("done")} />} wide>
      {typeof why === "object" && why ? <Told why={why} /> : <p class="fd-t2" role="status">{why ?? t("why_loading")}</p>}
    </Dialog>
  );
}

function Told({ why }: { why: Why }): JSX.Element {
  return (
    <>
      <dl class="fd-kv fd-why">
        {whyRows(why).map((one) => (
          <Fragment key={one.name}>
            <dt>{one.name}</dt>
            <dd>
              {one.said.map((line, at) => (
                <div key={at} dir="auto">
                  {line}
                </div>
              ))}
            </dd>
          </Fragment>
        ))}
      </dl>
      {why.version === null ? null : <p class="fd-xs fd-t3">{t("why_version", { n: why.version })}</p>}
    </>
  );
}
