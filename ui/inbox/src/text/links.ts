// Which addresses may be followed, and where they stand in somebody's text. Everything else stays text.

export interface Piece {
  text: string;
  href?: string;
  mention?: boolean;
}

const ALLOWED = new Set(["http:", "https:", "mailto:", "tel:"]);

// The address when it is one that may be opened, else null. Relative ones are not: a message says nothing of our pages.
export function safeHref(url: unknown): string | null {
  if (typeof url !== "string" || !/^[a-z][a-z0-9+.-]*:/i.test(url.trim())) return null;
  try {
    const parsed = new URL(url.trim());
    return ALLOWED.has(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

// Addresses of our own server that pictures and files may come from.
export function ownFile(url: unknown, origin: string): string | null {
  if (typeof url !== "string") return null;
  try {
    const parsed = new URL(url, origin);
    return parsed.origin === origin && parsed.pathname.startsWith("/files/") ? parsed.href : null;
  } catch {
    return null;
  }
}

const FOUND = /\bhttps?:\/\/[^\s<>"'`{}|\\^]+|\bmailto:[^\s<>"']+|[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}/giu;

export function pieces(text: string): Piece[] {
  const made: Piece[] = [];
  let from = 0;
  for (const found of text.matchAll(FOUND)) {
    const shown = trimmed(found[0]);
    const href = safeHref(shown.includes("@") && !/^(https?|mailto):/i.test(shown) ? `mailto:${shown}` : shown);
    if (!href) continue;
    if (found.index > from) made.push({ text: text.slice(from, found.index) });
    made.push({ text: shown, href });
    from = found.index + shown.length;
  }
  if (from < text.length) made.push({ text: text.slice(from) });
  return made;
}

// A full stop or bracket after an address belongs to the sentence.
function trimmed(found: string): string {
  let text = found;
  for (;;) {
    const last = text.at(-1) ?? "";
    const closes = last === ")" && text.split("(").length < text.split(")").length;
    if (!/[.,;:!?'"\]]/.test(last) && !closes) return text;
    text = text.slice(0, -1);
  }
}

// Marks the names of people in a note; the longest name that fits wins.
export function mentioned(parts: readonly Piece[], names: readonly string[]): Piece[] {
  const known = [...names].sort((a, b) => b.length - a.length).filter((name) => name !== "");
  if (!known.length) return [...parts];
  const escaped = known.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  const at = new RegExp(`@(?:${escaped})(?![\\p{L}\\p{N}])`, "giu");
  return parts.flatMap((part) => {
    if (part.href) return [part];
    const made: Piece[] = [];
    let from = 0;
    for (const found of part.text.matchAll(at)) {
      if (found.index > from) made.push({ text: part.text.slice(from, found.index) });
      made.push({ text: found[0], mention: true });
      from = found.index + found[0].length;
    }
    if (from < part.text.length) made.push({ text: part.text.slice(from) });
    return made;
  });
}

// Where a bot's author gave no reason, the record has the address of the step: nothing for people.
export const inWords = (reason: string | null | undefined): string => (reason && !/^[\w.-]+\/#?[\w.#-]+$/.test(reason) ? reason : "");
