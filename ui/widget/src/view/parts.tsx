// What a line is made of. Everything in it comes from outside: texts are texts, addresses are looked at before they are used.

import { pieces, safe } from "../text/links";
import type { Button, Card, Part, Source } from "../wire/types";
import type { Chat } from "./chat";
import { Icon } from "./icon";

interface Props {
  chat: Chat;
  part: Part;
  // Whether its buttons can be used yet: nothing was said after it.
  live: boolean;
  mine: boolean;
}

export function PartView({ chat, part, live, mine }: Props) {
  switch (part.type) {
    case "text":
      return <Words chat={chat} text={part.text} sources={part.sources} />;
    case "input":
      return <Words chat={chat} text={part.text} />;
    case "buttons":
      return (
        <>
          <Words chat={chat} text={part.text} sources={part.sources} />
          {(!part.quick || live) && <Choices chat={chat} buttons={part.buttons} live={live} quick={!!part.quick} />}
        </>
      );
    case "image":
      return <Picture url={safe(part.url)} alt={part.alt ?? ""} />;
    case "attachment":
      return <FileTile chat={chat} url={safe(part.url)} name={part.name || chat.say("file")} mine={mine} />;
    case "audio":
    case "video":
      return <FileTile chat={chat} url={safe(part.url)} name={part.title || part.url} mine={mine} />;
    case "cards":
      return (
        <div class="cards">
          {part.cards.map((card, at) => (
            <CardView key={at} chat={chat} card={card} live={live} />
          ))}
        </div>
      );
    default:
      return null;
  }
}

function Words({ chat, text, sources = [] }: { chat: Chat; text: string; sources?: Source[] | undefined }) {
  if (!text) return null;
  return (
    <>
      <div class="b" dir="auto">
        {pieces(text).map((piece) => {
          if (typeof piece === "string") return piece;
          return (
            <a href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
              {piece.href}
            </a>
          );
        })}
        {sources.slice(0, 3).map((source, at) => (
          <Chip key={at} chat={chat} source={source} n={at + 1} />
        ))}
      </div>
      {sources.length > 0 && (
        <nav class="src" aria-label={chat.say("sources")}>
          {sources.slice(0, 3).map((source, at) => (
            <SourceLine key={at} source={source} n={at + 1} />
          ))}
        </nav>
      )}
    </>
  );
}

function Chip({ chat, source, n }: { chat: Chat; source: Source; n: number }) {
  const label = chat.say("source", { n, title: source.title });
  const href = safe(source.url);
  if (!href) return <span class="c" aria-label={label}>{n}</span>;
  return (
    <a class="c" href={href} target="_blank" rel="noopener noreferrer" aria-label={label}>
      {n}
    </a>
  );
}

function SourceLine({ source, n }: { source: Source; n: number }) {
  const href = safe(source.url);
  const inner = (
    <>
      <b class="c">{n}</b>
      <span>{source.title}</span>
    </>
  );
  if (!href) return <div>{inner}</div>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {inner}
      <Icon name="ext" />
    </a>
  );
}

function Choices({ chat, buttons, live, quick }: { chat: Chat; buttons: Button[]; live: boolean; quick: boolean }) {
  return (
    <div class={quick ? "qr" : "grp"}>
      {buttons.map((button, at) => (
        <Choice key={at} chat={chat} button={button} live={live} arrow={!quick} />
      ))}
    </div>
  );
}

function Choice({ chat, button, live, arrow = false }: { chat: Chat; button: Button; live: boolean; arrow?: boolean }) {
  const href = safe(button.url);
  if (button.url) {
    if (!href) return null;
    return (
      <a href={href} target="_blank" rel="noopener noreferrer">
        {button.title}
        {arrow && <Icon name="ext" />}
      </a>
    );
  }
  return (
    <button type="button" disabled={!live} class={live ? "" : "off"} onClick={() => chat.tap(button)}>
      {button.title}
      {arrow && <Icon name="go" flip />}
    </button>
  );
}

function CardView({ chat, card, live }: { chat: Chat; card: Card; live: boolean }) {
  const image = safe(card.image);
  return (
    <div class="card">
      {image && (
        <figure>
          <img src={image} alt="" loading="lazy" />
        </figure>
      )}
      <div>
        <h3>{card.title}</h3>
        {card.subtitle && <p>{card.subtitle}</p>}
      </div>
      {card.buttons?.slice(0, 3).map((button, at) => <Choice key={at} chat={chat} button={button} live={live} />)}
    </div>
  );
}

function Picture({ url, alt }: { url: string; alt: string }) {
  if (!url) return null;
  return (
    <a class="pic" href={url} target="_blank" rel="noopener noreferrer">
      <img src={url} alt={alt} loading="lazy" />
    </a>
  );
}

function FileTile({ chat, url, name, mine }: { chat: Chat; url: string; name: string; mine: boolean }) {
  const kind = /\.([a-z0-9]{1,4})$/i.exec(name)?.[1]?.toUpperCase() ?? "";
  const inner = (
    <>
      <span class="t" aria-hidden="true">
        {kind || "…"}
      </span>
      <div>
        <b>{name}</b>
      </div>
      {url && <Icon name="down" />}
    </>
  );
  if (!url) return <div class={mine ? "file mine" : "file"}>{inner}</div>;
  return (
    <a class="file" href={url} target="_blank" rel="noopener noreferrer" aria-label={chat.say("download", { name })}>
      {inner}
    </a>
  );
}
