// Pictures. One of another host would tell that host who reads it and where, and one of the page's own would be asked for with
// what the visitor may do there: so each is loaded when the visitor wants it, and a host that was wanted once is not asked about
// again on this page.

import { Component, type ComponentChildren } from "preact";
import { safe } from "../text/links";
import type { Chat } from "../view/chat";

const wanted = new Set<string>();

interface Props {
  url: string;
  alt: string;
  width?: number | undefined;
  height?: number | undefined;
  broken?: () => void;
}

// The host that has to be asked; empty for the program's own.
function strange(chat: Chat, url: string): string {
  const { host, origin } = new URL(url);
  return origin === new URL(chat.host.base, location.href).origin || wanted.has(host) ? "" : host;
}

export function Shot({ url, alt, width, height, broken }: Props) {
  return <img src={url} alt={alt} width={width} height={height} loading="lazy" referrerPolicy="no-referrer" onError={broken} />;
}

interface Veiling {
  chat: Chat;
  url: string;
  alt?: string;
  children: ComponentChildren;
}

// In the place of what shows it, until that is wanted.
export class Veiled extends Component<Veiling> {
  private _show(host: string, veil: Element): void {
    const [around, had] = [veil.parentElement, veil.matches(":focus")];
    const at = [...(around?.children ?? [])].indexOf(veil);
    wanted.add(host);
    // Keys go on from what takes its place, before the window looks where they are.
    this.setState({}, () => {
      if (had) around?.children[at]?.closest<HTMLElement>("a,figure")?.focus();
      this.props.chat.changed();
    });
  }

  override render({ chat, url, alt, children }: Veiling) {
    const host = strange(chat, url);
    if (!host) return children;
    return (
      <button type="button" class="veil" onClick={(event) => this._show(host, event.currentTarget)}>
        {alt && <b dir="auto">{alt}</b>}
        <span>{chat.say("show_picture", { host })}</span>
      </button>
    );
  }
}

// The picture of a card.
export function Figure({ chat, url }: { chat: Chat; url: string | undefined }) {
  const image = safe(url);
  if (!image) return null;
  return (
    <figure tabIndex={-1}>
      <Veiled chat={chat} url={image}>
        <Shot url={image} alt="" />
      </Veiled>
    </figure>
  );
}
