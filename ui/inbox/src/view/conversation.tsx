// The third pane: who it is with and what can be done, what was said, and the composer.
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { present } from "../api/desk";
import { loadConversation } from "../state/loading";
import { leave, markRead } from "../state/moves";
import { threadOf } from "../state/desk";
import { t } from "../text/t";
import { Icon, nameOf } from "./bits";
import { Composer } from "./composer";
import { PHONE, useApp, useDesk, useMedia } from "./context";
import { Toast } from "./dialog";
import { Head } from "./head";
import { LineState } from "./line_state";
import { Thread } from "./thread";

const PRESENT_EVERY_MS = 12_000;

export function Conversation(): JSX.Element {
  const id = useDesk((desk) => desk.open);
  const row = useDesk((desk) => (id === null ? undefined : desk.rows.get(id)));
  if (id === null) return <Nothing />;
  if (!row) return <Missing id={id} />;
  return (
    <section class="fd-pane fd-conv" aria-label={t("conversation_with", { name: nameOf(row) })} data-pane-name="chat">
      <Head row={row} />
      <LineState />
      <Thread key={id} row={row} />
      <ToastHere />
      <Composer key={`c ${id}`} row={row} />
      <Here id={id} />
    </section>
  );
}

// Above the composer, which stays where it is; on a phone the list and the contact have it at their foot.
function ToastHere(): JSX.Element | null {
  const pane = useDesk((desk) => desk.pane);
  const phone = useMedia(PHONE);
  return phone && pane !== "chat" ? null : <Toast />;
}

// Not here yet, or not at all: asking again helps where the line or the server failed, else only the way back.
function Missing({ id }: { id: string }): JSX.Element {
  const app = useApp();
  const failed = useDesk((desk) => threadOf(desk, id).failed);
  const nowhere = useDesk((desk) => threadOf(desk, id).nowhere ?? false);
  return (
    <section class="fd-pane fd-conv" aria-label={t("conversation")} data-pane-name="chat">
      <div class="fd-pane-h" />
      {failed ? (
        <div class="fd-empty" role="status">
          <Icon name="alert-triangle" size="l" />
          <b>{t(nowhere ? "conversation_nowhere" : "conversation_missing")}</b>
          <button type="button" class="btn" onClick={() => (nowhere ? leave(app) : void loadConversation(app, id))}>
            {t(nowhere ? "back_to_list" : "try_again")}
          </button>
        </div>
      ) : null}
      <ToastHere />
    </section>
  );
}

function Nothing(): JSX.Element {
  return (
    <section class="fd-pane fd-conv" aria-label={t("conversation")} data-pane-name="chat">
      <div class="fd-pane-h" />
      <LineState />
      <div class="fd-empty">
        <Icon name="message-circle" size="l" />
        <b>{t("choose")}</b>
        <span class="fd-t3">{t("choose_how")}</span>
      </div>
      <ToastHere />
    </section>
  );
}

// Tells others that this person looks at the conversation, and the server how far they have read.
function Here({ id }: { id: string }): null {
  const app = useApp();
  const unread = useDesk((desk) => desk.rows.get(id)?.unread ?? 0);
  const count = useDesk((desk) => threadOf(desk, id).messages.length);
  useEffect(() => {
    const tell = (viewing: boolean): void => void present(id, viewing, false).catch(() => undefined);
    const look = (): void => tell(document.visibilityState === "visible");
    look();
    const timer = setInterval(() => document.visibilityState === "visible" && tell(true), PRESENT_EVERY_MS);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
      tell(false);
    };
  }, [id]);
  useEffect(() => {
    const look = (): void => {
      if (count > 0 && document.visibilityState === "visible" && document.hasFocus() && app.boot.can_write) markRead(app, id);
    };
    look();
    addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
    return () => {
      removeEventListener("focus", look);
      document.removeEventListener("visibilitychange", look);
    };
  }, [id, unread, count]);
  return null;
}
