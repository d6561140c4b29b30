// Small things that many panes draw: icons, avatars, tags, icon buttons.
import type { ComponentChildren, JSX } from "preact";
import type { Row } from "../api/types";
import { isolated, t } from "../text/t";
import { exact } from "../text/when";
import { ICONS, type IconName } from "./icons";

export function Icon({ name, size = "", flip = false, extra = "" }: { name: IconName; size?: "" | "s" | "xs" | "l"; flip?: boolean; extra?: string }): JSX.Element {
  const names = ["fd-ic", size && `fd-ic-${size}`, flip && "fd-flip", extra].filter(Boolean).join(" ");
  return (
    <svg class={names} viewBox="0 0 24 24" aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  );
}

const TINTS = ["fd-a", "fd-c", "fd-d", "fd-e", "fd-f", ""];

function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = (word: string | undefined): string => [...(word ?? "")][0] ?? "";
  return (first(words[0]) + (words.length > 1 ? first(words.at(-1)) : ([...(words[0] ?? "")][1] ?? ""))).toLocaleUpperCase();
}

function tint(id: string): string {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) >>> 0;
  return TINTS[sum % TINTS.length]!;
}

export function Avatar({ id, name, size = "", title }: { id: string; name: string; size?: string; title?: string }): JSX.Element {
  return (
    <span class={`fd-av ${size} ${tint(id)}`} title={title} aria-hidden={title ? undefined : "true"} role={title ? "img" : undefined} aria-label={title}>
      {initials(name) || "?"}
    </span>
  );
}

export function IconButton(props: {
  icon: IconName;
  label: string;
  keys?: string;
  run: (event: MouseEvent) => void;
  extra?: string;
  expanded?: boolean;
  flip?: boolean;
}): JSX.Element {
  const title = props.keys ? `${props.label}  ${props.keys}` : props.label;
  return (
    <button type="button" class={`fd-ib ${props.extra ?? ""}`} title={title} aria-label={props.label} aria-expanded={props.expanded} onClick={props.run}>
      <Icon name={props.icon} flip={props.flip ?? false} />
    </button>
  );
}

// As webhooks call them: the name, else one made of their id on the channel.
export const nameOf = (row: Pick<Row, "contact">): string => row.contact?.name || row.contact?.called || t("visitor");
export const shortNameOf = (row: Pick<Row, "contact">): string => (row.contact?.name ? firstName(row.contact.name) : nameOf(row));
export const firstName = (name: string): string => name.trim().split(/\s+/)[0] ?? name;

// The state of a conversation: always a word, never colour alone.
export function StateTag({ row, me }: { row: Row; me: string }): JSX.Element {
  const [kind, icon, text] = stateOf(row, me);
  return (
    <span class={`fd-tag ${kind}`} title={text}>
      <Icon name={icon} />
      <span class="fd-cut">{text}</span>
    </span>
  );
}

function stateOf(row: Row, me: string): [string, IconName, string] {
  if (row.owner === "closed") return ["fd-closed", "check", row.outcome ? t("tag_closed_as", { outcome: t(`outcome_${row.outcome}`) }) : t("tag_closed")];
  if (row.owner === "bot") return ["fd-bot", "robot", t("tag_bot")];
  if (row.owner === "queued") return ["fd-queue", "clock-hour-4", row.team ? t("tag_queue_of", { team: row.team }) : t("tag_queue")];
  if (!row.assignee) return ["fd-queue", "user", row.team ? t("tag_nobody_of", { team: row.team }) : t("tag_nobody")];
  return ["fd-human", "user", row.assignee.id === me ? t("you") : isolated(firstName(row.assignee.name))];
}

export function channelIcon(type: string | undefined): IconName {
  if (!type) return "world";
  if (/mail|imap|smtp/.test(type)) return "mail";
  if (/messenger|telegram|whatsapp|slack|mattermost|rocket|teams|viber|instagram/.test(type)) return "brand-messenger";
  if (/rest|api|external|socket|callback/.test(type)) return "api";
  return "world";
}

export function Time({ at, children, extra = "" }: { at: string | number; children: ComponentChildren; extra?: string }): JSX.Element {
  return (
    <time dateTime={new Date(at).toISOString()} title={exact(at)} class={extra}>
      {children}
    </time>
  );
}

export function Kbd({ keys }: { keys: string }): JSX.Element {
  return <kbd class="fd-no-s">{keys}</kbd>;
}

export const MAC = /Mac|iPhone|iPad/.test(navigator.platform);
export const CTRL = MAC ? "⌘" : "Ctrl";
export const ALT = MAC ? "⌥" : "Alt";
