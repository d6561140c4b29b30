// Where a reply or a note is written: one draft of each, kept as it is typed; saved replies, mentions, files, suggestions.
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { present } from "../api/desk";
import type { Row } from "../api/types";
import type { Mode } from "../state/drafts";
import { submit } from "../state/submit";
import { appended, begun, replaced, typedAt, unfilled, type Typed } from "../text/compose";
import { t } from "../text/t";
import { clock } from "../text/when";
import { CTRL, Icon, IconButton, Kbd, shortNameOf } from "./bits";
import { Completion, type Offered } from "./completion";
import { useApp, useDesk, useWindow } from "./context";
import { FileChips, useFiles } from "./files";
import { Language } from "./language";
import { Menu } from "./menu";
import { Suggestion } from "./suggestion";

const TYPING_EVERY_MS = 3_000;
const MOST_TEXT = 8_000;

interface Props {
  row: Row;
  notesOnly: boolean;
  takes: boolean;
}

export function Editor({ row, notesOnly, takes }: Props): JSX.Element {
  const app = useApp();
  const wantedMode = useWindow((window) => window.mode);
  const insert = useWindow((window) => window.insert);
  const swapped = useDesk((desk) => desk.me.settings?.enter_sends === false);
  const mode: Mode = notesOnly ? "note" : wantedMode;
  const [text, setText] = useState("");
  const [kept, setKept] = useState<number | null>(null);
  const [typed, setTyped] = useState<Typed | null>(null);
  const [held, setHeld] = useState<readonly string[]>([]);
  const area = useRef<HTMLTextAreaElement>(null);
  const told = useRef(0);
  const offered = useRef<Offered | null>(null);
  const inserted = useRef(insert?.id ?? 0);
  const marked = useRef<[number, number] | null>(null); // what is to be selected once the text stands there
  const spaced = useRef<number | null>(null); // behind the space that came with a name
  const files = useFiles(app);

  useLayoutEffect(() => {
    const draft = app.drafts.get(row.id, mode);
    setText(draft?.text ?? "");
    setKept(draft?.at ?? null);
    setHeld(draft?.held ?? []);
    setTyped(null);
  }, [row.id, mode]);
  useEffect(() => {
    const other = (event: StorageEvent): void => {
      if (document.activeElement === area.current) return;
      if (!event.key?.includes(row.id)) return;
      const draft = app.drafts.get(row.id, mode);
      setText(draft?.text ?? "");
      setHeld(draft?.held ?? []);
    };
    addEventListener("storage", other);
    return () => removeEventListener("storage", other);
  }, [row.id, mode]);
  useLayoutEffect(() => {
    const box = area.current!;
    if (marked.current) {
      box.focus();
      box.setSelectionRange(...marked.current);
      marked.current = null;
    }
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, innerHeight * 0.4)}px`;
  }, [text]);

  const write = (value: string, caret?: number, holds = held): void => {
    setText(value);
    setHeld(holds);
    const now = Date.now();
    setKept(app.drafts.put(row.id, mode, value, now, holds) && value ? now : null);
    if (caret !== undefined) mark(caret, caret, value !== text);
  };
  // As soon as the text stands there, and not a picture later: the next key may be pressed by then.
  const mark = (from: number, to: number, later: boolean): void => {
    marked.current = later ? [from, to] : null;
    if (later) return;
    area.current?.focus();
    area.current?.setSelectionRange(from, to);
  };
  useEffect(() => {
    if (!insert || insert.id === inserted.current) return;
    inserted.current = insert.id;
    const value = appended(text, insert.text);
    write(value, value.length);
  }, [insert?.id]);

  const input = (value: string, caret: number): void => {
    spaced.current = marked.current = null; // what was typed has its own caret
    write(value);
    const found = typedAt(value, caret);
    setTyped(found && (found.kind === "reply" || mode === "note") ? found : null);
    const now = Date.now();
    if (mode === "reply" && now - told.current > TYPING_EVERY_MS) {
      told.current = now;
      void present(row.id, true, true).catch(() => undefined);
    }
  };
  const note = mode === "note";
  const open = note ? [] : unfilled(text, held);
  const choose = (by: string, unknown: readonly string[]): void => {
    if (!typed) return;
    const made = replaced(text, typed, by);
    const holds = [...new Set([...held, ...unknown])];
    setTyped(null);
    write(made.text, made.caret, holds);
    spaced.current = by.endsWith(" ") ? made.caret : null;
    // What has still to be written is marked, so that the next key replaces it.
    const first = mode === "reply" ? unfilled(made.text, holds)[0] : undefined;
    if (first) mark(first.from, first.to, made.text !== text);
  };
  const begin = (kind: Typed["kind"]): void => {
    const made = begun(text, area.current?.selectionStart ?? text.length, kind);
    write(made.text, made.typed.to);
    setTyped(made.typed);
  };
  const send = (close?: "solved" | "not_solved" | "spam", asItIs = false): void => {
    const ready = files.ready();
    if (ready === null || (text.trim() === "" && ready.length === 0)) {
      area.current?.focus();
      return;
    }
    if (open.length && !asItIs) {
      mark(open[0]!.from, open[0]!.to, false);
      return;
    }
    submit(app, row, { text: text.trim(), parts: ready, note: mode === "note", takes: takes && mode === "reply", ...(close ? { close } : {}) });
    write("", 0, []);
    files.clear();
    told.current = 0;
    if (notesOnly) app.window.set({ mode: "reply" });
  };
  // Whoever types the space behind a name that was picked gets no second one.
  const beforeInput = (event: InputEvent): void => {
    const box = area.current!;
    if (event.data === " " && spaced.current === box.selectionStart && spaced.current === box.selectionEnd) event.preventDefault();
    spaced.current = null;
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.isComposing || (typed && offered.current?.key(event))) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send(mode === "reply" ? "solved" : undefined);
    else if (event.key === "Enter" && !event.altKey && event.shiftKey === swapped) send();
    else if (event.key === "Escape") area.current?.blur();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      {note ? null : <Suggestion row={row} insert={(more) => write(appended(text, more), appended(text, more).length)} />}
      <div
        class={`fd-box ${note ? "fd-noting" : ""}`}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          files.add(event.dataTransfer?.files);
        }}
      >
        <div class="fd-modes" role="tablist" aria-label={t("write")}>
          {notesOnly ? null : <Tab mode="reply" now={mode} />}
          <Tab mode="note" now={mode} />
          <span class="fd-sp fd-t3 fd-kept">{kept ? t("draft_kept", { time: clock(kept) }) : null}</span>
          {notesOnly ? <IconButton icon="x" label={t("dismiss")} run={() => app.window.set({ mode: "reply" })} /> : null}
        </div>
        {typed ? <Completion typed={typed} row={row} choose={choose} leave={() => setTyped(null)} hand={(list) => (offered.current = list)} /> : null}
        <textarea
          ref={area}
          id="fd-editor"
          rows={2}
          dir="auto"
          maxLength={MOST_TEXT}
          value={text}
          aria-label={note ? t("write_note") : t("write_reply", { name: shortNameOf(row) })}
          aria-autocomplete="list"
          aria-invalid={open.length ? true : undefined}
          aria-describedby={open.length ? "fd-unfilled" : undefined}
          aria-controls={typed ? "fd-completion" : undefined}
          placeholder={note ? t("note_hint") : t("reply_hint")}
          onInput={(event) => input(event.currentTarget.value, event.currentTarget.selectionStart)}
          onBeforeInput={beforeInput}
          onKeyDown={keys}
          onPaste={(event) => files.add(event.clipboardData?.files) && event.preventDefault()}
          onBlur={() => setTimeout(() => document.activeElement === area.current || setTyped(null), 150)}
        />
        {open.length ? (
          <div class="fd-unfilled" id="fd-unfilled" role="status">
            <Icon name="alert-triangle" size="s" />
            <span>{t("unfilled", { places: [...new Set(open.map((one) => one.place))].join(", ") })}</span>
            <button type="button" class="btn btn-sm fd-sp" onClick={() => send(undefined, true)}>
              {t("send_as_it_is")}
            </button>
          </div>
        ) : null}
        <FileChips files={files} />
        <div class="fd-tools">
          <IconButton icon="slash" label={t("saved_replies")} keys="/" run={() => begin("reply")} />
          {note ? <IconButton icon="at" label={t("key_mention")} keys="@" run={() => begin("person")} /> : null}
          {note ? null : <IconButton icon="paperclip" label={t("attach")} run={() => files.ask()} />}
          <span class="fd-xs fd-t3 fd-no-s fd-lang">
            <Language row={row} />
          </span>
          <span class="fd-sp btn-group fd-hs fd-send">
            <button type="button" class={`btn btn-sm ${note ? "fd-add-note" : "btn-primary"}`} aria-disabled={open.length ? true : undefined} onClick={() => send()}>
              {note ? t("add_note") : t("send")} <Kbd keys={swapped ? "⇧ ↵" : "↵"} />
            </button>
            {note ? null : (
              <span class="fd-holds" data-opens>
                <button type="button" class="btn btn-primary btn-sm btn-icon fd-split" aria-disabled={open.length ? true : undefined} aria-label={t("more_ways")} aria-haspopup="listbox" onClick={() => app.sheet("send")}>
                  <Icon name="chevron-down" size="s" />
                </button>
                <Menu
                  name="send"
                  label={t("send_and_close")}
                  end
                  up
                  groups={[{ title: t("send_and_close"), choices: (["solved", "not_solved", "spam"] as const).map((one, at) => ({ id: one, label: t(`outcome_${one}`), icon: "check" as const, keys: at === 0 ? `${CTRL} ↵` : "", run: () => (app.sheet(null), send(one)) })) }]}
                />
              </span>
            )}
          </span>
        </div>
      </div>
    </>
  );
}

function Tab({ mode, now }: { mode: Mode; now: Mode }): JSX.Element {
  const app = useApp();
  return (
    <button type="button" role="tab" aria-selected={mode === now} onClick={() => app.window.set({ mode })}>
      {t(`mode_${mode}`)}
    </button>
  );
}
