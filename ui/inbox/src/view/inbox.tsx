// The whole page: four panes beside each other, drawers where there is less room, one pane at a time on a phone.
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../text/t";
import { ContactPane } from "./contact";
import { PHONE, useApp, useDesk, useMedia, useWindow } from "./context";
import { Conversation } from "./conversation";
import { Toast } from "./dialog";
import { List } from "./list";
import { useHeldFocus } from "./menu";
import { Search } from "./search";
import { Views } from "./views";

export function Inbox(): JSX.Element {
  const pane = useDesk((desk) => desk.pane);
  const narrow = useMedia("(max-width: 1279px)");
  const phone = useMedia(PHONE);
  useEffect(() => {
    document.querySelector(".fd-app")?.classList.toggle("fd-chatting", pane !== "list");
  }, [pane]);
  return (
    <>
      <div class="fd-inbox" data-pane={pane}>
        {narrow ? null : <Views />}
        <List />
        <Conversation />
        <ContactPane />
      </div>
      {narrow ? <ViewsDrawer /> : null}
      <Search />
      {phone && pane !== "chat" ? <Toast /> : null}
      <Announced />
    </>
  );
}

function ViewsDrawer(): JSX.Element | null {
  const open = useWindow((window) => window.sheet === "views" || window.sheet === "presence");
  return open ? <Drawer /> : null;
}

function Drawer(): JSX.Element {
  const app = useApp();
  const box = useRef<HTMLDivElement>(null);
  useHeldFocus(box, () => app.sheet(null));
  return (
    <div class="fd-scrim fd-drawer-w">
      <div class="fd-drawer" ref={box} role="dialog" aria-modal="true" aria-label={t("views")}>
        <Views />
      </div>
    </div>
  );
}

// The queue is told as a count, not row by row.
function Announced(): JSX.Element {
  const queue = useDesk((desk) => desk.counts?.queue ?? 0);
  const first = useRef(true);
  useEffect(() => {
    first.current = false;
  }, []);
  return (
    <div class="visually-hidden" aria-live="polite">
      {first.current ? "" : t("queue_has", { n: queue })}
    </div>
  );
}
