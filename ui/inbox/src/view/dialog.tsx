// A decision or a short form over the page; the press on the scrim and Escape leave it.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../text/t";
import { useApp, useWindow } from "./context";
import { useHeldFocus } from "./menu";

interface Props {
  name: string;
  title: string;
  foot: ComponentChildren;
  children: ComponentChildren;
  wide?: boolean;
}

export function Dialog(props: Props): JSX.Element | null {
  const open = useWindow((window) => window.sheet === props.name);
  return open ? <Opened {...props} /> : null;
}

function Opened({ title, foot, children, wide }: Props): JSX.Element {
  const app = useApp();
  const box = useRef<HTMLDivElement>(null);
  useHeldFocus(box, () => app.sheet(null));
  return (
    <div class="fd-scrim">
      <div ref={box} class={`fd-dlg ${wide ? "fd-wide" : ""}`} role="dialog" aria-modal="true" aria-label={title} tabIndex={-1}>
        <div class="fd-dlg-h">
          <h2>{title}</h2>
        </div>
        <div class="fd-dlg-b">{children}</div>
        <div class="fd-dlg-f">{foot}</div>
      </div>
    </div>
  );
}

export function Cancel({ label }: { label?: string }): JSX.Element {
  const app = useApp();
  return (
    <button type="button" class="btn" data-first onClick={() => app.sheet(null)}>
      {label ?? t("cancel")}
    </button>
  );
}

const SHOWN_MS = 6_000;
const UNDO_MS = 10_000;

export function Toast(): JSX.Element {
  const app = useApp();
  const toast = useWindow((window) => window.toast);
  const held = useRef(false);
  useEffect(() => {
    if (!toast) return undefined;
    let timer = 0;
    const later = (): void => {
      timer = window.setTimeout(() => (held.current ? later() : app.window.set({ toast: null })), toast.undo ? UNDO_MS : SHOWN_MS);
    };
    later();
    return () => clearTimeout(timer);
  }, [toast]);
  const undo = (): void => {
    toast?.undo?.();
    app.window.set({ toast: null });
  };
  return (
    <div class="fd-toast-place" role="status" aria-live="polite">
      {toast ? (
        <div class="fd-toast-w fd-in" onPointerEnter={() => (held.current = true)} onPointerLeave={() => (held.current = false)} onFocusIn={() => (held.current = true)} onFocusOut={() => (held.current = false)}>
          <span>{toast.text}</span>
          {toast.undo ? (
            <button type="button" onClick={undo}>
              {t("undo")}
            </button>
          ) : (
            <button type="button" onClick={() => app.window.set({ toast: null })}>
              {t("dismiss")}
            </button>
          )}
        </div>
      ) : null}
    </div>
  );
}
