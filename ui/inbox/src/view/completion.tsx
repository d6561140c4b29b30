// The list above the caret: saved replies after "/", colleagues after "@".
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { Row } from "../api/types";
import { filledIn, matchingPeople, matchingReplies, unknownPlaces, type Typed } from "../text/compose";
import { t } from "../text/t";
import { Avatar, firstName, Icon } from "./bits";
import { useApp, useDesk } from "./context";

export interface Offered {
  key(event: KeyboardEvent): boolean; // whether the list took it
}

interface Props {
  typed: Typed;
  row: Row;
  choose(text: string, unknown: readonly string[]): void;
  leave(): void;
  hand(offered: Offered | null): void;
}

interface Choice {
  id: string;
  title: string;
  text: string;
  put: string;
  unknown: readonly string[];
}

export function Completion({ typed, row, choose, leave, hand }: Props): JSX.Element {
  const app = useApp();
  const replies = useDesk((desk) => desk.replies);
  const people = useDesk((desk) => desk.people);
  const page = useDesk((desk) => desk.details.get(row.id)?.page_url);
  const [at, setAt] = useState(0);
  const values = valuesOf(row, page, app.boot.me.name);
  const choices: Choice[] =
    typed.kind === "reply"
      ? matchingReplies(replies, typed.word).map((reply) => ({ id: reply.id, title: reply.name, text: reply.text, put: filledIn(reply.text, values), unknown: unknownPlaces(reply.text, values) }))
      : matchingPeople(people, typed.word).map((person) => ({ id: person.id, title: person.name, text: "", put: `@${person.name} `, unknown: [] }));
  const take = (choice: Choice): void => choose(choice.put, choice.unknown);
  const current = Math.min(at, Math.max(0, choices.length - 1));
  useEffect(() => setAt(0), [typed.word, typed.kind]);
  // At once: the next key is meant for what is typed by now.
  useLayoutEffect(() => {
    hand({
      key: (event) => {
        if (event.key === "Escape") leave();
        else if (!choices.length) return false;
        else if (event.key === "ArrowDown") setAt((current + 1) % choices.length);
        else if (event.key === "ArrowUp") setAt((current - 1 + choices.length) % choices.length);
        else if (event.key === "Enter" || event.key === "Tab") take(choices[current]!);
        else return false;
        event.preventDefault();
        event.stopPropagation();
        return true;
      },
    });
    return () => hand(null);
  });
  return (
    <div class="fd-completion" id="fd-completion" role="listbox" aria-label={typed.kind === "reply" ? t("saved_replies") : t("people")}>
      {choices.map((choice, index) => (
        <div
          key={choice.id}
          role="option"
          class="fd-menu-i"
          aria-selected={index === current}
          data-at={index === current}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => take(choice)}
          onPointerMove={() => setAt(index)}
        >
          {typed.kind === "person" ? <Avatar id={choice.id} name={choice.title} size="fd-s" /> : <Icon name="slash" size="s" />}
          <b class="fd-b fd-nw" dir="auto">
            {choice.title}
          </b>
          <span class="fd-cut fd-t3" dir="auto">
            {choice.text}
          </span>
        </div>
      ))}
      {choices.length ? null : <div class="fd-menu-none">{typed.kind === "reply" ? t(replies.length ? "nothing_found" : "no_replies") : t("nothing_found")}</div>}
    </div>
  );
}

// The places that the API has, see docs/integrate/conversations.md.
function valuesOf(row: Row, page: string | null | undefined, me: string): Record<string, string> {
  const name = row.contact?.name ?? "";
  return {
    "contact.name": name,
    "contact.first_name": name ? firstName(name) : "",
    "contact.email": row.contact?.email ?? "",
    "contact.phone": row.contact?.phone ?? "",
    "agent.name": me,
    "conversation.id": row.id,
    "conversation.subject": row.subject,
    "conversation.team": row.team ?? "",
    "assistant.name": row.assistant?.name ?? "",
    "page.url": page ?? "",
  };
}
