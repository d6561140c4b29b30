// Pictures. One of another host would tell that host who reads it and where, so it is asked for when the visitor wants it: a
// host that was wanted once is not asked about again on this page.

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

// The host that has to be asked; empty for the program's own, and the page's.
export function strange(chat: Chat, url: string): string {
  const { host, origin } = new URL(url);
  return [new URL(chat.host.base, location.href).origin, location.origin].includes(origin) || wanted.has(host) ? "" : host;
}

export function Shot({ url, alt, width, height, broken }: Props) {
  return <img src={url} alt={alt} width={width} height={height} loading="lazy" referrerPolicy="no-referrer" onError={broken} />;
}

// In its place until it is wanted.
export function Veil({ chat, host, alt = "" }: { chat: Chat; host: string; alt?: string }) {
  const show = () => {
    wanted.add(host);
    chat.changed();
  };
  return (
    <button type="button" class="veil" onClick={show}>
      {alt && <b dir="auto">{alt}</b>}
      <span>{chat.say("show_picture", { host })}</span>
    </button>
  );
}

// The picture of a card.
export function Figure({ chat, url }: { chat: Chat; url: string | undefined }) {
  const image = safe(url);
  if (!image) return null;
  const host = strange(chat, image);
  return <figure>{host ? <Veil chat={chat} host={host} /> : <Shot url={image} alt="" />}</figure>;
}
