// Files on their way into a message: each is sent to the server at once and waits there for the message.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { upload } from "../api/desk";
import type { Part, Uploaded } from "../api/types";
import { said, type App } from "../state/app";
import { t } from "../text/t";
import { fileSize } from "../text/when";
import { Icon } from "./bits";

interface Attached {
  id: number;
  file: File;
  done: Uploaded | null;
  trouble: string;
  abort: AbortController;
}

export interface Files {
  list: readonly Attached[];
  add(files: FileList | null | undefined): boolean;
  ask(): void;
  again(id: number): void;
  drop(id: number): void;
  clear(): void;
  ready(): Part[] | null; // null while one is under way or failed
  field: { current: HTMLInputElement | null };
}

const MOST = 10;
let count = 0;
const addresses = new Map<string, string>();

// Where a file opens that was uploaded on this page; the server says it again with the message.
export const addressOfUpload = (file_id: string | undefined): string => addresses.get(file_id ?? "") ?? "";

export function useFiles(app: App): Files {
  const [list, setList] = useState<readonly Attached[]>([]);
  const field = useRef<HTMLInputElement>(null);
  const latest = useRef(list);
  latest.current = list;
  const set = (change: (now: readonly Attached[]) => readonly Attached[]): void => {
    latest.current = change(latest.current);
    setList(latest.current);
  };
  useEffect(() => () => latest.current.forEach((one) => one.abort.abort()), []);
  const start = (one: Attached): void => {
    const put = (part: Partial<Attached>): void => set((now) => now.map((each) => (each.id === one.id ? { ...each, ...part } : each)));
    upload(one.file, one.abort.signal).then(
      (done) => {
        addresses.set(done.id, done.url);
        put({ done, trouble: "" });
      },
      (error) => one.abort.signal.aborted || put({ trouble: said(error) }),
    );
  };
  return {
    list,
    field,
    add(files) {
      const room = MOST - latest.current.length;
      const fresh = [...(files ?? [])].slice(0, room).map((file) => ({ id: ++count, file, done: null, trouble: "", abort: new AbortController() }));
      if (!fresh.length) return false;
      set((now) => [...now, ...fresh]);
      fresh.forEach(start);
      return true;
    },
    ask: () => field.current?.click(),
    again(id) {
      const one = latest.current.find((each) => each.id === id);
      if (!one) return;
      set((now) => now.map((each) => (each.id === id ? { ...each, trouble: "" } : each)));
      start(one);
    },
    drop(id) {
      latest.current.find((each) => each.id === id)?.abort.abort();
      set((now) => now.filter((each) => each.id !== id));
    },
    clear: () => set(() => []),
    ready() {
      const waiting = latest.current.find((one) => !one.done);
      if (waiting) {
        app.toast(waiting.trouble ? t("file_failed", { name: waiting.file.name }) : t("file_under_way", { name: waiting.file.name }));
        return null;
      }
      return latest.current.map((one) => partOf(one.done!));
    },
  };
}

function partOf(file: Uploaded): Part {
  const isPicture = /^image\/(png|jpeg|gif|webp)$/.test(file.content_type);
  return isPicture ? { type: "image", alt: file.name, file_id: file.id } : { type: "attachment", name: file.name, file_id: file.id };
}

export function FileChips({ files }: { files: Files }): JSX.Element {
  return (
    <>
      <input
        ref={files.field}
        type="file"
        multiple
        hidden
        aria-hidden="true"
        tabIndex={-1}
        onChange={(event) => {
          files.add(event.currentTarget.files);
          event.currentTarget.value = "";
        }}
      />
      {files.list.length ? (
        <div class="fd-attached" role="list" aria-label={t("files")}>
          {files.list.map((one) => (
            <span role="listitem" class={`fd-tag fd-line ${one.trouble ? "fd-bad" : ""}`} key={one.id} title={one.trouble || undefined} aria-busy={!one.done && !one.trouble}>
              <Icon name={one.trouble ? "alert-triangle" : one.done ? "paperclip" : "clock-hour-4"} />
              <span class="fd-cut" dir="auto">
                {one.file.name}
              </span>
              <span class="fd-t3">{fileSize(one.file.size)}</span>
              {one.trouble ? (
                <button type="button" class="fd-link" onClick={() => files.again(one.id)}>
                  {t("try_again")}
                </button>
              ) : null}
              <button type="button" aria-label={t("remove_file", { name: one.file.name })} onClick={() => files.drop(one.id)}>
                <Icon name="x" size="xs" />
              </button>
            </span>
          ))}
        </div>
      ) : null}
    </>
  );
}
