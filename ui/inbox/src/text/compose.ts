// Writing aids of the composer: saved replies after "/", people after "@", and the variables of a saved reply.
import type { Named, Person, SavedReply } from "../api/types";

export interface Typed {
  kind: "reply" | "person";
  from: number; // of "/" or "@"
  to: number; // the caret
  word: string;
}

// What stands right before the caret: "/word" at the start of a line or "@word" after a space.
export function typedAt(text: string, caret: number): Typed | null {
  const before = text.slice(0, caret);
  const slash = /(?:^|\n)\/([^\n/]{0,40})$/u.exec(before);
  if (slash) return { kind: "reply", from: caret - slash[1]!.length - 1, to: caret, word: slash[1]! };
  const at = /(?:^|\s)@([\p{L}\p{N}.'-]{0,40})$/u.exec(before);
  if (at) return { kind: "person", from: caret - at[1]!.length - 1, to: caret, word: at[1]! };
  return null;
}

// What a button begins instead of a key: a saved reply on a line of its own at the end, a colleague at the caret.
export function begun(text: string, caret: number, kind: Typed["kind"]): { text: string; typed: Typed } {
  const before = kind === "reply" ? text : text.slice(0, caret);
  const apart = kind === "reply" ? (before === "" || before.endsWith("\n") ? "" : "\n") : before === "" || /\s$/u.test(before) ? "" : " ";
  const from = before.length + apart.length;
  const sign = kind === "reply" ? "/" : "@";
  return { text: before + apart + sign + (kind === "reply" ? "" : text.slice(caret)), typed: { kind, from, to: from + 1, word: "" } };
}

// A space at its end and one that stands there already are one.
export function replaced(text: string, typed: Pick<Typed, "from" | "to">, by: string): { text: string; caret: number } {
  const rest = text.slice(typed.to);
  const space = by.endsWith(" ") && rest.startsWith(" ");
  return { text: text.slice(0, typed.from) + by + (space ? rest.slice(1) : rest), caret: typed.from + by.length };
}

// A suggestion goes behind what is typed and replaces none of it.
export function appended(text: string, more: string): string {
  const rest = text.replace(/\s+$/u, "");
  return rest === "" ? more : `${rest}${rest.endsWith("\n") ? "" : " "}${more}`;
}

const flat = (text: string): string => text.toLocaleLowerCase();

export function matchingReplies(replies: readonly SavedReply[], word: string, most = 8): SavedReply[] {
  const asked = flat(word.trim());
  const rank = (reply: SavedReply): number => {
    const title = flat(reply.name);
    if (asked === "" || title.startsWith(asked)) return 0;
    if (title.includes(asked)) return 1;
    return flat(reply.text).includes(asked) ? 2 : 3;
  };
  return replies
    .map((reply) => ({ reply, rank: rank(reply) }))
    .filter((one) => one.rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map((one) => one.reply);
}

export function matchingPeople(people: readonly Person[], word: string, most = 8): Person[] {
  const asked = flat(word);
  const here = people.filter((person) => person.status !== "disabled");
  return here.filter((person) => flat(person.name).split(/\s+/).some((part) => part.startsWith(asked)) || flat(person.name).startsWith(asked)).slice(0, most);
}

// Who is named in a note, by their full names after "@".
export function mentionsIn(text: string, people: readonly Named[]): string[] {
  return people.filter((person) => person.name !== "" && flat(text).includes(flat(`@${person.name}`))).map((person) => person.id);
}

const PLACE = /\{\{\s*([^{}]*?)\s*\}\}/gu;

// {{contact.name}} and its like; what is not known stays where it is, and `unfilled` finds it.
export function filledIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(PLACE, (place, name: string) => values[name] || place);
}

export interface Unfilled {
  place: string;
  from: number;
  to: number;
}

// The places of a saved reply that nothing is known for.
export function unknownPlaces(reply: string, values: Readonly<Record<string, string>>): string[] {
  return [...new Set([...reply.matchAll(PLACE)].filter((found) => !values[found[1]!]).map((found) => found[0]))];
}

// What no customer may read, in the order of the text. `held` are places that came with saved replies: braces that somebody
// wrote by hand are meant.
export function unfilled(text: string, held: readonly string[]): Unfilled[] {
  return [...text.matchAll(PLACE)].filter((found) => held.includes(found[0])).map((found) => ({ place: found[0], from: found.index, to: found.index + found[0].length }));
}
