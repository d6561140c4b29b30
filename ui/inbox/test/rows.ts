import type { Me, Message, Row } from "../src/api/types";
import { newDesk, type Desk } from "../src/state/desk";

export const ME = { id: "acct_me", name: "Jo" };
export const me: Me = { ...ME, role: "operator", permissions: [], language: "en", theme: "system" };

export function row(id: string, part: Partial<Row> = {}): Row {
  return {
    id,
    subject: "",
    owner: "bot",
    team: null,
    assignee: null,
    assistant: { id: "ast", name: "Nora" },
    channel: { id: "ch", type: "widget", name: "Site" },
    task_id: null,
    contact: { id: `ct_${id}`, name: id, called: id, external_id: id, email: null, phone: null },
    labels: [],
    priority: "normal",
    snoozed_until: null,
    outcome: "",
    rating: null,
    unread: 0,
    last_message: null,
    waiting_since: null,
    queued_at: null,
    created_at: "2026-11-01T10:00:00Z",
    updated_at: "2026-11-01T10:00:00Z",
    version: 1,
    ...part,
  };
}

export const at = (minute: number): string => new Date(Date.UTC(2026, 10, 1, 10, minute)).toISOString();
export const said = (minute: number): Partial<Row> => ({ last_message: { seq: minute, author: "contact", preview: "hi", at: at(minute) } });

export function message(seq: number, part: Partial<Message> = {}): Message {
  return { id: `msg_${seq}`, seq, author: "contact", sender: null, parts: [{ type: "text", text: `line ${seq}` }], created_at: at(seq), client_id: null, delivery: null, source: null, ...part };
}

export const desk = (part: Partial<Desk> = {}): Desk => ({ ...newDesk(me), ...part });
