// Where a long message is folded: after some lines or characters, between words, never inside an address.
import type { Piece } from "./links";

const MOST = 1200;
const LINES = 12;
// Nothing is folded for the sake of a few lines.
const SPARE = 300;
const SPARE_LINES = 3;
const WORD = 80;

// What is shown of a text before it is unfolded; null when all of it is.
export function folded(all: readonly Piece[]): Piece[] | null {
  const text = all.map((piece) => piece.text).join("");
  const lines = text.split("\n", LINES + SPARE_LINES + 1);
  if (text.length <= MOST + SPARE && lines.length <= LINES + SPARE_LINES) return null;
  const end = Math.min(lines.slice(0, LINES).join("\n").length, wordEnd(text));
  const kept: Piece[] = [];
  let at = 0;
  for (const piece of all) {
    const room = end - at;
    if (room <= 0) break;
    if (piece.text.length > room && (piece.href || piece.mention)) break;
    kept.push({ ...piece, text: piece.text.slice(0, room) });
    at += piece.text.length;
  }
  return kept.length ? kept : null;
}

// Up to the last space before the most that is shown; in a script without spaces, between two characters.
function wordEnd(text: string): number {
  for (let at = MOST; at > MOST - WORD; at -= 1) if (/\s/u.test(text[at] ?? " ")) return at;
  return /[\udc00-\udfff]/.test(text[MOST] ?? "") ? MOST - 1 : MOST;
}
