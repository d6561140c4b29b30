// Addresses in a text, so that they can be tapped. Text stays text: nothing of it is ever read as HTML.

// Of whoever is led there: no word of the page, and nothing for search engines.
export const REL = "noopener noreferrer nofollow";

export type Piece = string | { href: string };

const ADDRESS = /\bhttps?:\/\/[^\s<>"'`]+/g;

export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(/[.,;:!?)\]}]+$/, "");
    if (!safe(address)) continue;
    if (match.index > at) found.push(text.slice(at, match.index));
    found.push({ href: address });
    at = match.index + address.length;
  }
  if (at < text.length) found.push(text.slice(at));
  return found;
}

// Where a visitor may be led; empty for anything else.
export function safe(address: string | undefined): string {
  if (!address) return "";
  try {
    const url = new URL(address, location.href);
    // A page that has no origin, such as a sandboxed frame, would find any address to be of its own.
    const same = url.protocol === "http:" && url.origin === location.origin;
    return ["https:", "mailto:", "tel:"].includes(url.protocol) || same || isLoopback(url) ? url.href : "";
  } catch {
    return "";
  }
}

function isLoopback(url: URL): boolean {
  return url.protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
}
