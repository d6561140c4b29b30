// Sources below an answer, pictures, files and cards.

import { Component } from "preact";
import { REL, safe } from "../text/links";
import { ending, size } from "../text/size";
import { Choices } from "../view/choices";
import type { Chat } from "../view/chat";
import { DOWN, EXT, Icon } from "../view/icon";
import { linked, type PartProps } from "../view/parts";
import type { Source } from "../wire/types";
import { Cards } from "./cards";
import { Shot, Veiled } from "./shot";

const MOST_SOURCES = 3;

export function RichView({ chat, part, live }: PartProps) {
  switch (part.type) {
    case "text":
      return <Sourced chat={chat} text={part.text} sources={part.sources} />;
    case "buttons":
      return (
        <>
          <Sourced chat={chat} text={part.text} sources={part.sources} />
          {(!part.quick || live) && <Choices chat={chat} buttons={part.buttons} live={live} quick={!!part.quick} />}
        </>
      );
    case "image":
      return <Picture chat={chat} url={safe(part.url)} alt={part.alt ?? ""} width={part.width ?? 0} height={part.height ?? 0} />;
    case "attachment":
      return <FileTile chat={chat} url={safe(part.url)} name={part.name || chat.say("file")} bytes={part.size_bytes ?? 0} />;
    case "audio":
    case "video":
      return <FileTile chat={chat} url={safe(part.url)} name={part.title || part.url} />;
    case "cards":
      return <Cards chat={chat} cards={part.cards} live={live} />;
    default:
      return null;
  }
}

function Sourced({ chat, text, sources = [] }: { chat: Chat; text: string; sources?: Source[] | undefined }) {
  const lines = sources.map((source, at) => <SourceLine key={at} source={source} n={at + 1} />);
  return (
    <>
      <div class="b" dir="auto">
        {linked(text)}
        {sources.slice(0, MOST_SOURCES).map((source, at) => (
          <Chip chat={chat} key={at} source={source} n={at + 1} />
        ))}
      </div>
      <nav class="src" aria-label={chat.say("sources")}>
        {lines.slice(0, MOST_SOURCES)}
        {lines.length > MOST_SOURCES && (
          <details>
            <summary>{chat.say("more_sources", { n: lines.length - MOST_SOURCES })}</summary>
            {lines.slice(MOST_SOURCES)}
          </details>
        )}
      </nav>
    </>
  );
}

function Chip({ chat, source, n }: { chat: Chat; source: Source; n: number }) {
  const label = chat.say("source", { n, title: source.title });
  const href = safe(source.url);
  if (!href) {
    return (
      <span class="c" role="img" aria-label={label}>
        {n}
      </span>
    );
  }
  return (
    <a class="c" href={href} target="_blank" rel={REL} aria-label={label}>
      {n}
    </a>
  );
}

function SourceLine({ source, n }: { source: Source; n: number }) {
  const href = safe(source.url);
  const inner = (
    <>
      <b class="c">{n}</b>
      <span dir="auto">{source.title}</span>
    </>
  );
  if (!href) return <div>{inner}</div>;
  return (
    <a href={href} target="_blank" rel={REL}>
      {inner}
      <Icon path={EXT} kind="flip" />
    </a>
  );
}

const WIDEST = 272;
const HIGHEST = 320;

interface Shown {
  chat: Chat;
  url: string;
  alt: string;
  // In pixels; 0 where nobody knows.
  width: number;
  height: number;
}

// Its place is there before it is. One that cannot be shown is a file like any other.
class Picture extends Component<Shown, { broken: boolean }> {
  override state = { broken: false };

  override render({ chat, url, alt, width, height }: Shown, { broken }: { broken: boolean }) {
    const name = alt || chat.say("picture");
    if (!url || broken) return <FileTile chat={chat} url={url} name={name} bytes={0} />;
    const scale = Math.min(1, WIDEST / width, HIGHEST / height);
    const box = width && height ? { width: Math.ceil(width * scale), height: Math.ceil(height * scale) } : {};
    return (
      <Veiled chat={chat} url={url} alt={alt}>
        <a class="pic" href={url} target="_blank" rel={REL} aria-label={name}>
          <Shot url={url} alt={alt} {...box} broken={() => this.setState({ broken: true })} />
        </a>
      </Veiled>
    );
  }
}

function FileTile({ chat, url, name, bytes = 0 }: { chat: Chat; url: string; name: string; bytes?: number }) {
  const inner = (
    <>
      <span class="t" aria-hidden="true">
        {ending(name)}
      </span>
      <div>
        <b dir="auto">{name}</b>
        {bytes > 0 && <small>{size(chat.language, bytes)}</small>}
      </div>
      {url && <Icon path={DOWN} />}
    </>
  );
  if (!url) return <div class="file">{inner}</div>;
  return (
    <a class="file" href={url} target="_blank" rel={REL}>
      {inner}
    </a>
  );
}
