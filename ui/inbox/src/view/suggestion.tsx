// What the knowledge base (or the model) would answer, with where it comes from; put in with one key, again for the next.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { suggestions } from "../api/desk";
import type { Row } from "../api/types";
import { threadOf } from "../state/desk";
import { t } from "../text/t";
import { ALT, Icon, IconButton, Kbd } from "./bits";
import { useApp, useDesk } from "./context";

const AFTER_MS = 400;

export function Suggestion({ row, insert }: { row: Row; insert: (text: string) => void }): JSX.Element | null {
  const app = useApp();
  const messages = useDesk((desk) => threadOf(desk, row.id).messages);
  const found = useDesk((desk) => desk.suggested.get(row.id));
  const [at, setAt] = useState(0);
  const [gone, setGone] = useState(0);
  const last = messages.at(-1);
  const asked = messages.findLast((message) => message.author === "contact");
  const due = asked && last && (last.author === "contact" || last.author === "event" || last.author === "note") ? asked.seq : 0;
  useEffect(() => {
    setAt(0);
    app.desk.set((desk) => ({ suggested: new Map(desk.suggested).set(row.id, []) }));
    if (!due) return undefined;
    const timer = setTimeout(() => {
      suggestions(row.id).then(
        (page) => app.desk.set((desk) => ({ suggested: new Map(desk.suggested).set(row.id, page.data) })),
        () => undefined, // Nothing to suggest is no trouble of the one who writes.
      );
    }, AFTER_MS);
    return () => clearTimeout(timer);
  }, [row.id, due]);
  const one = found?.length ? found[at % found.length] : undefined;
  const take = (): void => {
    if (!one) return;
    insert(one.text);
    setAt(at + 1);
  };
  useEffect(() => {
    const keys = (event: KeyboardEvent): void => {
      if (event.key === "Enter" && event.altKey && one && gone !== due) {
        event.preventDefault();
        event.stopPropagation();
        take();
      }
    };
    document.addEventListener("keydown", keys, true);
    return () => document.removeEventListener("keydown", keys, true);
  });
  if (!one || gone === due) return null;
  return (
    <div class="fd-sugg">
      <div class="fd-hs">
        <Icon name="bulb" size="s" extra="fd-quec" />
        <span class="fd-b fd-nw">{t("suggested")}</span>
        <span class="fd-t3 fd-cut fd-no-s">
          {one.by === "bot" ? t("suggested_by", { name: row.assistant?.name ?? t("the_bot") }) : one.source ? t("suggested_from", { title: one.source.title }) : t("suggested_by_model")}
        </span>
        <span class="fd-sp fd-hs fd-tight">
          <button type="button" class="btn btn-sm" onClick={take}>
            {t("insert")} <Kbd keys={`${ALT} ↵`} />
          </button>
          <IconButton icon="x" label={t("dismiss")} run={() => setGone(due)} />
        </span>
      </div>
      <p dir="auto">{one.text}</p>
    </div>
  );
}
