// The parts of a message. Whatever came from outside is text; links open elsewhere and only to addresses that may be opened;
// pictures are loaded from our own address alone, all others are links.
import type { JSX } from "preact";
import type { Card, Part, SourceNote } from "../api/types";
import { ownFile, safeHref } from "../text/links";
import { t } from "../text/t";
import { fileSize } from "../text/when";
import { Icon } from "./bits";
import { useApp } from "./context";
import { addressOfUpload } from "./files";
import { PlainText } from "./plain_text";

interface Props {
  parts: readonly Part[];
  source: SourceNote | null;
  chosen: string | undefined;
  closed: boolean;
}

export function Parts({ parts, source, chosen, closed }: Props): JSX.Element {
  const sources = [...parts.flatMap((part) => part.sources ?? []), ...(source ? [source] : [])];
  const last = parts.length - 1;
  return (
    <>
      {parts.map((part, at) => (
        <OnePart key={at} part={part} sources={at === last ? unique(sources) : []} chosen={chosen} closed={closed} />
      ))}
      {parts.length ? null : <div class="fd-bub fd-t3">{t("no_text")}</div>}
    </>
  );
}

const unique = (sources: SourceNote[]): SourceNote[] => [...new Map(sources.map((one) => [`${one.title} ${one.url ?? ""}`, one])).values()];

function OnePart({ part, sources, chosen, closed }: { part: Part; sources: SourceNote[]; chosen: string | undefined; closed: boolean }): JSX.Element {
  const cites = sources.map((one, at) => <Cite key={at} source={one} />);
  if (part.type === "text" || part.type === "input" || part.type === "buttons") {
    return (
      <>
        {part.text ? (
          <div class="fd-bub" dir="auto">
            <PlainText text={part.text} names={[]} />
            {cites}
          </div>
        ) : null}
        {part.buttons?.length ? (
          <div class="fd-opts">
            {part.buttons.map((button, at) => (
              <span key={at} class={button.title === chosen ? "fd-on" : closed ? "fd-off" : ""} dir="auto">
                {button.title === chosen ? <Icon name="check" size="xs" /> : null}
                {button.title}
              </span>
            ))}
          </div>
        ) : null}
      </>
    );
  }
  if (part.type === "image") return <Picture part={part} />;
  if (part.type === "attachment" || part.type === "audio" || part.type === "video" || part.type === "file") return <FileLine part={part} />;
  if (part.type === "cards") return <Cards cards={part.cards ?? []} />;
  return <Unknown part={part} />;
}

function Cite({ source }: { source: SourceNote }): JSX.Element {
  const href = safeHref(source.url);
  const inner = (
    <>
      <Icon name="book-2" size="xs" />
      <span dir="auto">{source.title}</span>
    </>
  );
  return (
    <div>
      {href ? (
        <a class="fd-cite" href={href} target="_blank" rel="noopener noreferrer">
          {inner}
        </a>
      ) : (
        <span class="fd-cite">{inner}</span>
      )}
    </div>
  );
}

const addressOf = (part: Part): { own: string | null; href: string | null } => {
  const own = ownFile(part.url || addressOfUpload(part.file_id), location.origin);
  return { own, href: own ?? safeHref(part.url) };
};

function Picture({ part }: { part: Part }): JSX.Element {
  const { own } = addressOf(part);
  if (!own) return <FileLine part={{ ...part, name: part.alt || part.name || t("picture") }} />;
  const alt = part.alt || part.name || t("picture");
  return (
    <a class="fd-pic" href={own} target="_blank" rel="noopener noreferrer">
      <img src={own} alt={alt} loading="lazy" />
    </a>
  );
}

function FileLine({ part }: { part: Part }): JSX.Element {
  const { href, own } = addressOf(part);
  const name = part.name || part.title || part.alt || t("file");
  const facts = [own ? "" : hostOf(href), part.size_bytes === undefined ? "" : fileSize(part.size_bytes)].filter(Boolean).join(" · ");
  const inner = (
    <>
      <Icon name="file-text" />
      <span class="fd-cut" dir="auto">
        {name}
      </span>
      {facts ? <span class="fd-t3 fd-xs fd-nw">{facts}</span> : null}
    </>
  );
  return href ? (
    <a class="fd-bub fd-file" href={href} target="_blank" rel="noopener noreferrer">
      {inner}
    </a>
  ) : (
    <div class="fd-bub fd-file">{inner}</div>
  );
}

function hostOf(href: string | null): string {
  return href ? new URL(href).host : "";
}

function Cards({ cards }: { cards: readonly Card[] }): JSX.Element {
  return (
    <div class="fd-cards" tabIndex={0} role="group" aria-label={t("cards")}>
      {cards.map((card, at) => {
        const image = ownFile(card.image, location.origin);
        return (
          <div class="fd-card-1" key={at}>
            {image ? <img src={image} alt="" loading="lazy" /> : null}
            <b dir="auto">{card.title}</b>
            {card.subtitle ? (
              <span class="fd-t2" dir="auto">
                {card.subtitle}
              </span>
            ) : null}
            {card.buttons?.map((button, index) => (
              <span class="fd-card-b1" dir="auto" key={index}>
                {button.title}
              </span>
            ))}
          </div>
        );
      })}
    </div>
  );
}

const WRITERS = new Set(["author", "admin", "owner", "manager"]);

function Unknown({ part }: { part: Part }): JSX.Element {
  const app = useApp();
  return (
    <div class="fd-bub fd-t2">
      {t("unsupported", { kind: String(part.type) })}
      {WRITERS.has(app.boot.me.role) ? (
        <details>
          <summary>{t("raw")}</summary>
          <pre class="fd-raw" dir="ltr">
            {JSON.stringify(part, null, 2)}
          </pre>
        </details>
      ) : null}
    </div>
  );
}
