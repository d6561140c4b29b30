// Search over everything that was said, contacts and notes; a hit opens its conversation at that line.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import * as api from "../api/desk";
import type { SearchHit } from "../api/types";
import { said } from "../state/app";
import { loadAround } from "../state/loading";
import { openConversation } from "../state/moves";
import { t } from "../text/t";
import { brief } from "../text/when";
import { Icon } from "./bits";
import { useApp, useWindow } from "./context";
import { useHeldFocus } from "./menu";

const KINDS = ["messages", "contacts", "notes"] as const;
const TYPING_MS = 250;

export function Search(): JSX.Element | null {
  const open = useWindow((window) => window.sheet === "search");
  return open ? <Opened /> : null;
}

function Opened(): JSX.Element {
  const app = useApp();
  const box = useRef<HTMLDivElement>(null);
  const [word, setWord] = useState("");
  const [kind, setKind] = useState<(typeof KINDS)[number]>("messages");
  const [hits, setHits] = useState<SearchHit[] | null>(null);
  const [trouble, setTrouble] = useState("");
  const [at, setAt] = useState(0);
  const asked = useRef(0);
  useHeldFocus(box, () => app.sheet(null));
  useEffect(() => {
    const q = word.trim();
    const mine = ++asked.current;
    if (q.length < 2) {
      setHits(null);
      return undefined;
    }
    const timer = setTimeout(() => {
      api.search(q, kind).then(
        (page) => {
          if (mine !== asked.current) return;
          setHits(page.data);
          setTrouble("");
          setAt(0);
        },
        (error) => mine === asked.current && setTrouble(said(error)),
      );
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [word, kind]);
  const open = (hit: SearchHit): void => {
    app.sheet(null);
    if (!hit.conversation_id) {
      if (hit.contact) location.href = `/panel/contacts/${encodeURIComponent(hit.contact.id)}`;
      return;
    }
    openConversation(app, hit.conversation_id);
    const seq = hit.seq;
    if (seq) void loadAround(app, hit.conversation_id, seq).then(() => showLine(seq));
  };
  const keys = (event: KeyboardEvent): void => {
    const count = hits?.length ?? 0;
    if (event.key === "ArrowDown" && count) setAt((at + 1) % count);
    else if (event.key === "ArrowUp" && count) setAt((at - 1 + count) % count);
    else if (event.key === "Enter" && hits?.[at]) open(hits[at]);
    else return;
    event.preventDefault();
  };
  return (
    <div class="fd-scrim fd-high">
      <div ref={box} class="fd-dlg fd-wide" role="dialog" aria-modal="true" aria-label={t("search_all")} onKeyDown={keys}>
        <div class="fd-find">
          <div class="fd-search">
            <Icon name="search" size="s" />
            <input class="form-control" data-first type="search" value={word} placeholder={t("search_hint")} aria-label={t("search_all")} maxLength={200} onInput={(event) => setWord(event.currentTarget.value)} />
          </div>
        </div>
        <div class="fd-chips" role="tablist" aria-label={t("search_in")}>
          {KINDS.map((one) => (
            <button type="button" role="tab" class="fd-chip-b" aria-selected={one === kind} aria-pressed={one === kind} key={one} onClick={() => setKind(one)}>
              {t(`kind_${one}`)}
            </button>
          ))}
        </div>
        <div class="fd-hits" role="listbox" aria-label={t("search_all")} aria-live="polite">
          {trouble ? (
            <div class="fd-menu-none fd-badc">{trouble}</div>
          ) : hits === null ? (
            <div class="fd-menu-none">{t("search_how")}</div>
          ) : hits.length === 0 ? (
            <div class="fd-menu-none">{t("nothing_found")}</div>
          ) : (
            hits.map((hit, index) => (
              <div key={`${hit.conversation_id} ${hit.seq ?? ""} ${index}`} role="option" aria-selected={index === at} data-at={index === at} class="fd-hit" onClick={() => open(hit)} onPointerMove={() => setAt(index)}>
                <div class="fd-hs">
                  <b class="fd-b fd-cut" dir="auto">
                    {hit.contact?.called || t("visitor")}
                  </b>
                  {hit.at ? <time class="fd-sp fd-xs fd-t3">{brief(hit.at, Date.now())}</time> : null}
                </div>
                <div class="fd-t2 fd-cut" dir="auto">
                  <Snippet snippet={hit.snippet} />
                </div>
              </div>
            ))
          )}
        </div>
      </div>
    </div>
  );
}

function Snippet({ snippet }: { snippet: SearchHit["snippet"] }): JSX.Element {
  if (typeof snippet === "string") return <>{snippet}</>;
  return <>{(snippet ?? []).map((part, at) => (part.hit || part.match ? <mark key={at}>{part.text}</mark> : <span key={at}>{part.text}</span>))}</>;
}

const TRIES = 40;

// Scrolls to a line once it is drawn, and marks it for a moment.
function showLine(seq: number, tries = 0): void {
  const line = document.querySelector(`[data-seq="${seq}"]`);
  if (line) {
    line.scrollIntoView({ block: "center" });
    line.classList.add("fd-found");
    setTimeout(() => line.classList.remove("fd-found"), 2_500);
  } else if (tries < TRIES) {
    requestAnimationFrame(() => showLine(seq, tries + 1));
  }
}
