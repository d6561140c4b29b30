// What was said, oldest at the top. It stays at the end while somebody is there, and where they read when they are not.
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Message as MessageData, Row } from "../api/types";
import { threadOf } from "../state/desk";
import { loadEarlier } from "../state/loading";
import { many, t } from "../text/t";
import { dayKey, dayLine } from "../text/when";
import { firstName, nameOf, shortNameOf } from "./bits";
import { useApp, useDesk, useNow, useWindow } from "./context";
import { Message } from "./message";
import { OutMessage } from "./out_message";
import { UNFOLD } from "./plain_text";
import { StripLine } from "./strip";

const NEAR_PX = 80;
const JOIN_MS = 120_000;

export function Thread({ row }: { row: Row }): JSX.Element {
  const app = useApp();
  const id = row.id;
  const thread = useDesk((desk) => threadOf(desk, id));
  const outVersion = useWindow((window) => window.outVersion);
  const out = app.outbox.of(id).filter((one) => !thread.messages.some((message) => message.client_id === one.client_id));
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const lastTop = useRef(0);
  const before = useRef({ first: 0, height: 0, count: 0 });
  const [below, setBelow] = useState(0);
  const now = useNow(60);
  const messages = thread.messages;
  const sent = out.length;

  useLayoutEffect(() => {
    const scroller = box.current!;
    const first = messages[0]?.seq ?? 0;
    const was = before.current;
    const more = messages.length - was.count;
    const earlier = was.first !== 0 && first < was.first;
    if (earlier) scroller.scrollTop += scroller.scrollHeight - was.height;
    else if (atEnd.current) scroller.scrollTop = scroller.scrollHeight;
    else if (more > 0 && was.count > 0) setBelow((count) => count + more);
    before.current = { first, height: scroller.scrollHeight, count: messages.length };
  }, [messages, outVersion]);
  useLayoutEffect(() => {
    if (sent) toEnd();
  }, [sent]);
  // Pictures and a growing composer change the height: the end stays in sight.
  useEffect(() => {
    const scroller = box.current!;
    const sizes = new ResizeObserver(() => {
      if (atEnd.current) scroller.scrollTop = scroller.scrollHeight;
    });
    sizes.observe(scroller);
    sizes.observe(scroller.firstElementChild!);
    const stay = (): void => void (atEnd.current = false);
    scroller.addEventListener(UNFOLD, stay);
    return () => {
      sizes.disconnect();
      scroller.removeEventListener(UNFOLD, stay);
    };
  }, []);

  const toEnd = (): void => {
    const scroller = box.current!;
    atEnd.current = true;
    scroller.scrollTop = scroller.scrollHeight;
    setBelow(0);
  };
  const scrolled = (): void => {
    const scroller = box.current!;
    const isNear = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_PX;
    // What has grown meanwhile, such as a picture that was loaded, does not leave the end: only who scrolls up does.
    if (isNear || scroller.scrollTop < lastTop.current) atEnd.current = isNear;
    lastTop.current = scroller.scrollTop;
    if (atEnd.current && below) setBelow(0);
    if (scroller.scrollTop < 200 && thread.earlier && !thread.loading && !thread.failed) void loadEarlier(app, id);
  };
  return (
    <div class="fd-thread">
      <div class="fd-scroll" ref={box} onScroll={scrolled} tabIndex={0} role="region" aria-label={t("messages")}>
        <div class="fd-msgs" role="log" aria-live="off" aria-label={t("messages")}>
          {thread.failed ? (
            <div class="fd-center">
              <button type="button" class="btn btn-sm" onClick={() => void loadEarlier(app, id)}>
                {t("messages_failed")}
              </button>
            </div>
          ) : thread.loading ? (
            <Loading first={messages.length === 0} />
          ) : null}
          <Messages messages={messages} row={row} now={now} />
          {out.map((one) => (
            <OutMessage key={one.client_id} out={one} row={row} />
          ))}
        </div>
      </div>
      {below ? (
        <div class="fd-pill-w fd-foot">
          <button type="button" class="fd-pill" onClick={toEnd}>
            {many("new_below", below)}
          </button>
        </div>
      ) : null}
      <Typing id={id} row={row} />
      <Spoken messages={messages} row={row} />
    </div>
  );
}

function Messages({ messages, row, now }: { messages: readonly MessageData[]; row: Row; now: number }): JSX.Element {
  const app = useApp();
  const drawn: JSX.Element[] = [];
  const chosen = chosenOf(messages);
  messages.forEach((message, at) => {
    const previous = messages[at - 1];
    if (!previous || dayKey(previous.created_at) !== dayKey(message.created_at)) {
      drawn.push(
        <div class="fd-day" key={`day ${message.seq}`}>
          {dayLine(message.created_at, now)}
        </div>,
      );
    }
    if (message.author === "event") {
      drawn.push(<StripLine key={message.seq} message={message} row={row} />);
      return;
    }
    const joins = previous !== undefined && previous.author === message.author && previous.sender?.id === message.sender?.id && Date.parse(message.created_at) - Date.parse(previous.created_at) < JOIN_MS;
    drawn.push(<Message key={message.client_id ?? message.seq} message={message} joins={joins} row={row} mine={message.sender?.id === app.boot.me.id} chosen={chosen.get(message.seq)} />);
  });
  return <>{drawn}</>;
}

// Which button of a message the customer's next line chose.
function chosenOf(messages: readonly MessageData[]): Map<number, string> {
  const chosen = new Map<number, string>();
  let asked: MessageData[] = [];
  for (const message of messages) {
    if (message.author === "bot" && message.parts.some((part) => part.buttons?.length)) asked.push(message);
    if (message.author !== "contact") continue;
    const said = message.parts[0]?.text?.trim();
    for (const one of asked) {
      const button = one.parts.flatMap((part) => part.buttons ?? []).find((each) => said !== undefined && (each.title === said || each.payload === said));
      if (button) chosen.set(one.seq, button.title);
    }
    asked = [];
  }
  return chosen;
}

function Loading({ first }: { first: boolean }): JSX.Element {
  return (
    <div class={first ? "fd-late fd-thread-skel" : "fd-center"} aria-hidden="true">
      {first ? [1, 2, 3].map((at) => <i class={`fd-sk fd-sk-m${at}`} key={at} />) : <span class="fd-t3 fd-xs">{t("loading")}</span>}
    </div>
  );
}

function Typing({ id, row }: { id: string; row: Row }): JSX.Element {
  const known = useDesk((desk) => desk.typing.get(id));
  useNow(3);
  const typing = (known ?? []).filter((one) => one.until > Date.now());
  const names = typing.map((one) => (one.contact ? shortNameOf(row) : firstName(one.person.name)));
  return (
    <div class="fd-typing" aria-live="off">
      {names.length ? (
        <>
          <i>
            <b />
          </i>
          <span>{names.length === 1 ? t("is_writing", { name: names[0]! }) : t("are_writing", { names: names.join(", ") })}</span>
        </>
      ) : null}
    </div>
  );
}

const SPEAK_EVERY_MS = 2_000;

// New lines for screen readers, gathered for two seconds.
function Spoken({ messages, row }: { messages: readonly MessageData[]; row: Row }): JSX.Element {
  const [text, setText] = useState("");
  const last = useRef(messages.at(-1)?.seq ?? 0);
  const seq = messages.at(-1)?.seq ?? 0;
  useEffect(() => {
    if (!last.current) {
      last.current = seq;
      return undefined;
    }
    const timer = setTimeout(() => {
      const fresh = messages.filter((message) => message.seq > last.current && (message.author === "contact" || message.author === "bot"));
      last.current = seq;
      if (fresh.length) setText(fresh.map((message) => `${message.author === "contact" ? nameOf(row) : (message.sender?.name ?? t("bot"))}: ${message.parts.map((part) => part.text ?? "").join(" ")}`).join(". "));
    }, SPEAK_EVERY_MS);
    return () => clearTimeout(timer);
  }, [seq]);
  return (
    <div class="visually-hidden" aria-live="polite">
      {text}
    </div>
  );
}

