// What a line is made of. Everything in it comes from outside: texts are texts, addresses are looked at before they are used.
// Texts and buttons are here; for the rest a part of the widget is fetched when a line first needs it.

import { pieces, REL } from "../text/links";
import type { Part } from "../wire/types";
import type { Chat } from "./chat";
import { Choices } from "./choices";

export interface PartProps {
  chat: Chat;
  part: Part;
  // Whether its buttons can be used yet: nothing was said after it.
  live: boolean;
}

export function PartView({ chat, part, live }: PartProps) {
  if (part.type === "custom") return null;
  const hasText = part.type === "text" || part.type === "input" || part.type === "buttons";
  if (!hasText || ("sources" in part && part.sources?.length)) {
    const rich = chat.rich.get();
    return rich ? <rich.RichView chat={chat} part={part} live={live} /> : <Words text={plain(part)} />;
  }
  const asked = part.type === "input" && live && (part.kind === "date" || part.kind === "time") && part.kind;
  const forms = asked && chat.forms.get();
  return (
    <>
      <Words text={part.text} />
      {forms && asked && <forms.AskMoment chat={chat} kind={asked} text={part.text} />}
      {part.type === "buttons" && (!part.quick || live) && (
        <Choices chat={chat} buttons={part.buttons} live={live} quick={!!part.quick} />
      )}
    </>
  );
}

// What can be read of it until it can be seen.
function plain(part: Part): string {
  if ("text" in part) return part.text;
  if ("cards" in part) return part.cards.map((card) => card.title).join("\n");
  return named(part) || ("url" in part ? part.url ?? "" : "");
}

// What a file is called.
export function named(part: Part): string {
  return (part.type === "image" ? part.alt : part.type === "attachment" ? part.name : "") ?? "";
}

export function Words({ text }: { text: string }) {
  return text ? (
    <div class="b" dir="auto">
      {linked(text)}
    </div>
  ) : null;
}

export function linked(text: string) {
  return pieces(text).map((piece) =>
    typeof piece === "string" ? (
      piece
    ) : (
      <a href={piece.href} target="_blank" rel={REL}>
        {piece.href}
      </a>
    ),
  );
}
