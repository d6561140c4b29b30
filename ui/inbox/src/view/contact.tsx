// The last pane: who the customer is, what is known of them, their page, what the bot collected, and earlier conversations.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { noteOn } from "../api/desk";
import type { Contact, Detail, Row } from "../api/types";
import { loadContact } from "../state/loading";
import { openConversation } from "../state/moves";
import { inWords, safeHref } from "../text/links";
import { browserOf, languageName } from "../text/customer";
import { isolated, t } from "../text/t";
import { brief, clockIn, exact } from "../text/when";
import { Avatar, Icon, IconButton, nameOf } from "./bits";
import { ContactEditor } from "./contact_editor";
import { useApp, useDesk, useNow } from "./context";

export function ContactPane(): JSX.Element {
  const id = useDesk((desk) => desk.open);
  const row = useDesk((desk) => (id ? desk.rows.get(id) : undefined));
  const detail = useDesk((desk) => (id ? desk.details.get(id) : undefined));
  const known = useDesk((desk) => (row?.contact ? desk.contacts.get(row.contact.id) : undefined));
  return (
    <aside class="fd-pane fd-contact" aria-label={t("contact")} data-pane-name="contact">
      <div class="fd-pane-h fd-only-narrow fd-flex">
        <IconButton icon="arrow-left" label={t("back")} flip run={() => history.back()} />
        <h2>{t("contact")}</h2>
      </div>
      <div class="fd-scroll" tabIndex={0} role="region" aria-label={t("contact")}>{row ? <Card row={row} detail={detail} contact={known?.contact} etag={known?.etag ?? null} /> : null}</div>
    </aside>
  );
}

function Card({ row, detail, contact, etag }: { row: Row; detail: Detail | undefined; contact: Contact | undefined; etag: string | null }): JSX.Element {
  const app = useApp();
  const id = row.contact?.id ?? "";
  return (
    <>
      <div class="fd-sec fd-top-sec">
        <div class="fd-hs">
          <Avatar id={id || row.id} name={nameOf(row)} size="fd-md" />
          <div class="fd-who-1">
            <div class="fd-bb fd-cut" dir="auto">
              {nameOf(row)}
            </div>
            <div class="fd-xs fd-t2 fd-cut">{contact?.created_at ? t("since", { date: brief(contact.created_at, Date.now()) }) : (contact?.company ?? "")}</div>
          </div>
          {id ? (
            <a class="fd-ib fd-sp" href={`/panel/contacts/${encodeURIComponent(id)}`} title={t("contact_page")} aria-label={t("contact_page")}>
              <Icon name="dots" />
            </a>
          ) : null}
        </div>
      </div>
      {contact && app.boot.can_edit_contacts ? <ContactEditor key={id} contact={contact} etag={etag} facts={<Facts row={row} detail={detail} contact={contact} />} /> : <Section title={t("details")}><Facts row={row} detail={detail} contact={contact} /></Section>}
      <Collected row={row} detail={detail} />
      {detail?.handoff ? (
        <Section title={t("handoff")}>
          <dl class="fd-kv">
            <Fact name={t("handoff_reason")} value={inWords(detail.handoff.reason)} />
            <Fact name={t("team")} value={detail.handoff.team} />
            <Fact name={t("handoff_intent")} value={detail.handoff.intent} />
            <Fact name={t("handoff_last")} value={detail.handoff.last_message} />
          </dl>
        </Section>
      ) : null}
      <Earlier row={row} contact={contact} />
      <Notes contact={contact} />
    </>
  );
}

export function Section({ title, side, children }: { title: string; side?: JSX.Element | string | null; children: JSX.Element | JSX.Element[] | null }): JSX.Element {
  return (
    <div class="fd-sec">
      <h3>
        {title}
        {side ? <span class="fd-sp">{side}</span> : null}
      </h3>
      {children}
    </div>
  );
}

function Fact({ name, value, ltr = false }: { name: string; value: unknown; ltr?: boolean }): JSX.Element | null {
  if (value === null || value === undefined || value === "") return null;
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return (
    <>
      <dt dir="auto">{name}</dt>
      <dd dir={ltr ? "ltr" : "auto"}>{text}</dd>
    </>
  );
}

function Facts({ row, detail, contact }: { row: Row; detail: Detail | undefined; contact: Contact | undefined }): JSX.Element {
  const now = useNow(30);
  const time = contact?.time_zone ? clockIn(contact.time_zone, now) : null;
  const tongue = detail?.language ?? contact?.language;
  const email = contact?.email ?? row.contact?.email;
  const phone = contact?.phone ?? row.contact?.phone;
  const page = detail?.page_url ?? "";
  const known = email || phone || time || tongue || page || detail?.browser;
  return (
    <>
      <dl class="fd-kv">
        <Fact name={t("email")} value={email} ltr />
        <Fact name={t("phone")} value={phone} ltr />
        <Fact name={t("chat_id")} value={row.contact?.external_id} ltr />
        <Fact name={t("company")} value={contact?.company} />
        <Fact name={t("local_time")} value={time} />
        <Fact name={t("language")} value={tongue ? languageName(tongue) : null} />
        {page ? <Address name={t("on_page")} url={page} /> : null}
        {detail?.referrer ? <Address name={t("came_from")} url={detail.referrer} /> : null}
        <Fact name={t("browser")} value={detail && browserOf(detail)} />
        {Object.entries(contact?.attributes ?? {}).map(([name, value]) => (
          <Fact key={name} name={name} value={value} />
        ))}
      </dl>
      {known ? null : <p class="fd-t3">{t("nothing_known")}</p>}
    </>
  );
}

function Address({ name, url }: { name: string; url: string }): JSX.Element {
  const href = safeHref(url);
  let shown = url;
  if (href) {
    const parsed = new URL(href);
    shown = parsed.pathname === "/" ? parsed.host : parsed.pathname;
  }
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {href ? (
          <a href={href} target="_blank" rel="noopener noreferrer" title={url}>
            <bdi>{shown}</bdi>
          </a>
        ) : (
          <bdi>{shown}</bdi>
        )}
      </dd>
    </>
  );
}

function Collected({ row, detail }: { row: Row; detail: Detail | undefined }): JSX.Element | null {
  const slots = Object.entries(detail?.slots ?? {}).filter(([, value]) => value !== null && value !== "");
  if (!slots.length) return null;
  return (
    <Section title={t("collected", { name: row.assistant?.name ?? t("the_bot") })} side={String(slots.length)}>
      <dl class="fd-kv">
        {slots.map(([name, value]) => (
          <Fact key={name} name={name.replaceAll("_", " ")} value={value} />
        ))}
      </dl>
    </Section>
  );
}

function Earlier({ row, contact }: { row: Row; contact: Contact | undefined }): JSX.Element | null {
  const app = useApp();
  const past = (contact?.talks ?? []).filter((one) => one.id !== row.id);
  if (!past.length) return null;
  return (
    <Section title={t("earlier")} side={String(past.length)}>
      <div>
        {past.slice(0, 12).map((one) => (
          <a
            class="fd-past"
            key={one.id}
            href={`/panel/chats?conversation=${encodeURIComponent(one.id)}`}
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey || event.shiftKey) return;
              event.preventDefault();
              openConversation(app, one.id);
            }}
          >
            <Icon name={one.owner === "closed" ? "check" : one.owner === "bot" ? "robot" : "message-circle"} size="s" />
            <span class="fd-cut" dir="auto">
              {one.subject || one.preview || t("conversation")}
            </span>
            <time dateTime={one.last_message_at} title={exact(one.last_message_at)}>
              {brief(one.last_message_at, Date.now())}
            </time>
          </a>
        ))}
      </div>
    </Section>
  );
}

function Notes({ contact }: { contact: Contact | undefined }): JSX.Element | null {
  const app = useApp();
  const [text, setText] = useState<string | null>(null);
  const notes = contact?.notes ?? [];
  const may = app.boot.can_edit_contacts && contact !== undefined;
  if (!notes.length && !may) return null;
  const add = async (): Promise<void> => {
    if (!contact || !text?.trim()) return;
    try {
      await noteOn(contact.id, text.trim());
      setText(null);
      await loadContact(app, contact.id);
    } catch (error) {
      app.trouble(error);
    }
  };
  const plus = (
    <button type="button" class="fd-link" aria-label={t("contact_note")} title={t("contact_note")} onClick={() => setText("")}>
      <Icon name="plus" size="s" />
    </button>
  );
  return (
    <Section title={t("notes")} side={may ? plus : String(notes.length)}>
      <div>
        {text === null ? null : (
          <div class="fd-contact-form">
            <textarea class="form-control" rows={3} dir="auto" maxLength={4000} aria-label={t("contact_note")} value={text} onInput={(event) => setText(event.currentTarget.value)} />
            <div class="fd-hs">
              <button type="button" class="btn btn-sm btn-primary" onClick={() => void add()}>
                {t("add_note")}
              </button>
              <button type="button" class="btn btn-sm" onClick={() => setText(null)}>
                {t("cancel")}
              </button>
            </div>
          </div>
        )}
        {notes.slice(0, 10).map((note) => (
          <div class="fd-past-note" key={note.id}>
            <div class="fd-plain" dir="auto">
              {note.text}
            </div>
            <div class="fd-xs fd-t3">{[isolated(note.author), brief(note.created_at, Date.now())].filter(Boolean).join(", ")}</div>
          </div>
        ))}
      </div>
    </Section>
  );
}
