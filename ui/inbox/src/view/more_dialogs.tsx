// The short forms behind the dots: merge into another conversation, transcript, share link.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import * as api from "../api/desk";
import type { Row, Share } from "../api/types";
import { said } from "../state/app";
import { merge } from "../state/moves";
import { t } from "../text/t";
import { brief, until } from "../text/when";
import { nameOf, StateTag } from "./bits";
import { useApp, useDesk, useWindow } from "./context";
import { Cancel, Dialog } from "./dialog";

interface Props {
  row: Row;
}

export function MergeDialog({ row }: Props): JSX.Element {
  const app = useApp();
  const open = useWindow((window) => window.sheet === "merge");
  const [into, setInto] = useState<string | null>(null);
  const [found, setFound] = useState<Row[]>([]);
  useEffect(() => {
    if (!open || !row.contact) return;
    setInto(null);
    api.list({ view: "all", contact_id: row.contact.id, limit: 20 }).then(
      (page) => setFound(page.data.filter((one) => one.id !== row.id)),
      (error) => app.trouble(error),
    );
  }, [open, row.id]);
  const foot = (
    <>
      <Cancel />
      <button type="button" class="btn btn-danger" disabled={into === null} onClick={() => into && void merge(app, row.id, into)}>
        {t("merge_do")}
      </button>
    </>
  );
  return (
    <Dialog name="merge" title={t("merge_title")} foot={foot}>
      <p class="fd-t2">{t("merge_how", { name: nameOf(row) })}</p>
      <div class="fd-picks" role="radiogroup" aria-label={t("merge_title")}>
        {found.map((one) => (
          <label class="fd-pick" key={one.id}>
            <input type="radio" name="merge" class="form-check-input" checked={into === one.id} onChange={() => setInto(one.id)} />
            <span class="fd-cut" dir="auto">
              {one.subject || one.last_message?.preview || nameOf(one)}
            </span>
            <StateTag row={one} me={app.boot.me.id} />
            <span class="fd-xs fd-t3">{brief(one.updated_at, Date.now())}</span>
          </label>
        ))}
        {found.length ? null : <p class="fd-t3">{t("merge_none")}</p>}
      </div>
    </Dialog>
  );
}

export function TranscriptDialog({ row }: Props): JSX.Element {
  const app = useApp();
  const [to, setTo] = useState(row.contact?.email ?? "");
  const [trouble, setTrouble] = useState("");
  const mail = async (): Promise<void> => {
    if (!/^\S+@\S+$/.test(to)) {
      setTrouble(t("address_missing"));
      return;
    }
    try {
      await api.mailTranscript(row.id, to);
      app.sheet(null);
      app.toast(t("transcript_sent", { to }));
    } catch (error) {
      setTrouble(said(error));
    }
  };
  return (
    <Dialog name="transcript" title={t("transcript")} foot={<Cancel label={t("done")} />}>
      <p class="fd-t2">{t("transcript_how")}</p>
      <div class="fd-hs fd-formats">
        {["text", "html", "json"].map((format) => (
          <a class="btn" key={format} href={api.transcriptAddress(row.id, format)} download>
            {t(`transcript_${format}`)}
          </a>
        ))}
      </div>
      {app.boot.can_write && !app.boot.can_mail ? (
        <p class="fd-t2 fd-s fd-mailto">
          {t("transcript_no_mail")} {app.boot.mail_page ? <a href={app.boot.mail_page}>{t("transcript_set_mail")}</a> : t("transcript_who_sets_mail")}
        </p>
      ) : null}
      {app.boot.can_write && app.boot.can_mail ? (
        <form
          class="fd-mailto"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void mail();
          }}
        >
          <label class="form-label" for="fd-mail-to">
            {t("transcript_mail")}
          </label>
          <div class="fd-hs">
            <input id="fd-mail-to" class="form-control" type="email" dir="ltr" value={to} aria-invalid={trouble !== ""} aria-describedby="fd-mail-note" onInput={(event) => setTo(event.currentTarget.value)} />
            <button type="submit" class="btn">
              {t("send_mail")}
            </button>
          </div>
          <span id="fd-mail-note" class="fd-badc fd-s" role="alert">
            {trouble}
          </span>
        </form>
      ) : null}
    </Dialog>
  );
}

const WEEK_S = 7 * 86_400;

export function ShareDialog({ row }: Props): JSX.Element {
  const app = useApp();
  const detail = useDesk((desk) => desk.details.get(row.id));
  const [lasts, setLasts] = useState(WEEK_S);
  const [copied, setCopied] = useState(false);
  const open = useWindow((window) => window.sheet === "share");
  const field = useRef<HTMLInputElement>(null);
  const kept = useRef(0);
  const keep = (share: Share | null): void => {
    kept.current += 1;
    setCopied(false);
    app.desk.set((desk) => {
      const now = desk.details.get(row.id);
      return now ? { details: new Map(desk.details).set(row.id, { ...now, share }) } : {};
    });
  };
  // A colleague may have made or ended one since the conversation was opened; what is done here meanwhile is newer.
  useEffect(() => {
    if (!open) return;
    setCopied(false);
    const before = kept.current;
    api.detail(row.id).then(
      (now) => {
        if (kept.current === before) keep(now.share);
      },
      (error) => app.trouble(error),
    );
  }, [open, row.id]);
  const make = (): void => void api.share(row.id, lasts).then(keep, (error) => app.trouble(error));
  const end = (): void => void api.unshare(row.id).then(() => (keep(null), app.toast(t("share_ended"))), (error) => app.trouble(error));
  const copy = async (url: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(url);
      setCopied(true);
    } catch {
      // Without TLS a browser gives pages no clipboard; a selected text can be copied nevertheless.
      field.current?.select();
      setCopied(document.execCommand("copy"));
    }
  };
  const share = detail?.share ?? null;
  return (
    <Dialog name="share" title={t("share")} foot={<Cancel label={t("done")} />}>
      <p class="fd-t2">{t("share_how")}</p>
      {share ? (
        <>
          <div class="fd-hs fd-formats">
            <input ref={field} class="form-control fd-mono" dir="ltr" readOnly value={share.url} aria-label={t("share_link")} onFocus={(event) => event.currentTarget.select()} />
            <button type="button" class="btn" onClick={() => void copy(share.url)}>
              {copied ? t("copied") : t("copy")}
            </button>
          </div>
          <p class="fd-s fd-t3">{t("share_ends", { time: until(share.expires_at, Date.now()) })}</p>
        </>
      ) : null}
      <div class="fd-hs fd-formats">
        <select class="form-select" aria-label={t("share_lasts")} value={lasts} onChange={(event) => setLasts(Number(event.currentTarget.value))}>
          <option value={86_400}>{t("lasts_day")}</option>
          <option value={WEEK_S}>{t("lasts_week")}</option>
          <option value={30 * 86_400}>{t("lasts_month")}</option>
        </select>
        <button type="button" class="btn" onClick={make}>
          {t("share_make")}
        </button>
      </div>
      {share ? (
        <button type="button" class="btn fd-btn-bad fd-formats" onClick={end}>
          {t("share_end")}
        </button>
      ) : null}
    </Dialog>
  );
}
