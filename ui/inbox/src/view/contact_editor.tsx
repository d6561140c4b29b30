// The facts of a contact, and the short form that changes them. When somebody else changed them meanwhile, both are shown.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { changeContact } from "../api/desk";
import { Problem } from "../api/http";
import type { Contact } from "../api/types";
import { said } from "../state/app";
import { patchRow } from "../state/desk";
import { loadContact } from "../state/loading";
import { t } from "../text/t";
import { IconButton } from "./bits";
import { useApp } from "./context";

const FIELDS = ["name", "email", "phone"] as const;
type Field = (typeof FIELDS)[number];
type Facts = Record<Field, string> & { attributes: [string, string][] };

const factsOf = (contact: Contact): Facts => ({
  name: contact.name ?? "",
  email: contact.email ?? "",
  phone: contact.phone ?? "",
  attributes: Object.entries(contact.attributes ?? {}).map(([name, value]) => [name, value]),
});

export function ContactEditor({ contact, etag, facts }: { contact: Contact; etag: string | null; facts: JSX.Element }): JSX.Element {
  const app = useApp();
  const [form, setForm] = useState<Facts | null>(null);
  const [trouble, setTrouble] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);

  const save = async (): Promise<void> => {
    if (!form || busy) return;
    setBusy(true);
    setTrouble({});
    try {
      const body: Record<string, unknown> = {};
      for (const field of FIELDS) if (form[field] !== (contact[field] ?? "")) body[field] = form[field].trim();
      const before = factsOf(contact).attributes;
      if (JSON.stringify(before) !== JSON.stringify(form.attributes)) body.attributes = attributesOf(form.attributes, contact.attributes);
      if (Object.keys(body).length) await changeContact(contact.id, body, etag);
      await loadContact(app, contact.id);
      const now = app.desk.get().contacts.get(contact.id)?.contact;
      if (now) {
        const shown = { name: now.name, called: now.called, email: now.email, phone: now.phone };
        for (const { id, contact: theirs } of app.desk.get().rows.values()) if (theirs?.id === now.id) app.desk.set((desk) => patchRow(desk, id, { contact: { ...theirs, ...shown } }));
      }
      setForm(null);
    } catch (error) {
      setTrouble(troubles(error));
      if (error instanceof Problem && error.status === 412) await loadContact(app, contact.id);
    } finally {
      setBusy(false);
    }
  };
  if (!form) {
    return (
      <div class="fd-sec">
        <h3>
          {t("details")}
          <button type="button" class="fd-sp fd-link" onClick={() => setForm(factsOf(contact))}>
            {t("edit")}
          </button>
        </h3>
        {facts}
      </div>
    );
  }
  return (
    <form
      class="fd-sec fd-contact-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h3>{t("details")}</h3>
      {trouble[""] ? (
        <p class="fd-badc fd-s" role="alert">
          {trouble[""]}
        </p>
      ) : null}
      {FIELDS.map((field) => (
        <div key={field}>
          <label class="form-label" for={`fd-c-${field}`}>
            {t(field)}
          </label>
          <input id={`fd-c-${field}`} class="form-control" dir={field === "name" ? "auto" : "ltr"} value={form[field]} aria-invalid={trouble[field] !== undefined} aria-describedby={`fd-c-${field}-n`} onInput={(event) => setForm({ ...form, [field]: event.currentTarget.value })} />
          <span id={`fd-c-${field}-n`} class="fd-badc fd-s">
            {trouble[field]}
            {trouble[""] && (contact[field] ?? "") !== form[field] ? t("is_now", { value: contact[field] ?? "" }) : null}
          </span>
        </div>
      ))}
      {form.attributes.map(([name, value], at) => (
        <div class="fd-hs fd-attribute" key={at}>
          <input class="form-control" dir="auto" placeholder={t("attribute_name")} aria-label={t("attribute_name")} value={name} onInput={(event) => setForm({ ...form, attributes: form.attributes.map((one, index) => (index === at ? [event.currentTarget.value, one[1]] : one)) })} />
          <input class="form-control" dir="auto" placeholder={t("attribute_value")} aria-label={t("attribute_value")} value={value} onInput={(event) => setForm({ ...form, attributes: form.attributes.map((one, index) => (index === at ? [one[0], event.currentTarget.value] : one)) })} />
          <IconButton icon="x" label={t("remove")} run={() => setForm({ ...form, attributes: form.attributes.filter((_, index) => index !== at) })} />
        </div>
      ))}
      <button type="button" class="btn btn-sm fd-btn-quiet" onClick={() => setForm({ ...form, attributes: [...form.attributes, ["", ""]] })}>
        {t("add_attribute")}
      </button>
      <div class="fd-hs">
        <button type="submit" class="btn btn-sm btn-primary" aria-busy={busy}>
          {t("save")}
        </button>
        <button type="button" class="btn btn-sm" onClick={() => setForm(null)}>
          {t("cancel")}
        </button>
      </div>
    </form>
  );
}

// What was changed and added as it is now, what was taken away as null.
function attributesOf(pairs: [string, string][], before: Record<string, string>): Record<string, string | null> {
  const made: Record<string, string | null> = Object.fromEntries(Object.keys(before).map((name) => [name, null]));
  for (const [name, value] of pairs) if (name.trim()) made[name.trim()] = value;
  return made;
}

// Under each field what the server says of it, above all what concerns none.
function troubles(error: unknown): Record<string, string> {
  if (!(error instanceof Problem)) return { "": said(error) };
  if (error.status === 412) return { "": t("changed_meanwhile") };
  const listed = Array.isArray(error.body.errors) ? (error.body.errors as { field: string; message: string }[]) : [];
  const found = Object.fromEntries(listed.map((one) => [one.field.split(".").at(-1) ?? "", one.message]));
  const field = String(error.body.field ?? "");
  if (!listed.length && (FIELDS as readonly string[]).includes(field)) found[field] = error.detail;
  const shown = Object.keys(found).some((name) => (FIELDS as readonly string[]).includes(name));
  return shown ? found : { "": said(error) };
}
