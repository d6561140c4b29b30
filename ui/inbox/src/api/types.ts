// The shapes of the public API that the inbox reads, as docs/integrate/api.md has them.

export type Priority = "low" | "normal" | "high" | "urgent";
export type Owner = "bot" | "queued" | "human" | "closed";
export type Outcome = "" | "solved" | "not_solved" | "spam";

export interface Named {
  id: string;
  name: string;
}

export interface Label {
  id?: string;
  name: string;
  color: string;
}

export interface Row {
  id: string;
  subject: string;
  owner: Owner;
  team: string | null;
  assignee: Named | null;
  assistant: Named | null;
  channel: { id: string; type: string; name: string } | null;
  task_id: string | null;
  contact: { id: string; name: string; called: string; external_id: string; email: string | null; phone: string | null } | null;
  labels: Label[];
  priority: Priority;
  snoozed_until: string | null;
  outcome: Outcome;
  rating: number | null;
  unread: number;
  last_message: { seq: number; author: Author; preview: string; at: string } | null;
  waiting_since: string | null;
  queued_at: string | null;
  created_at: string;
  updated_at: string;
  version: number;
}

export interface Handoff {
  team: string | null;
  reason: string;
  last_message: string;
  priority: Priority | null;
  at: string;
  intent: string | null;
}

export interface Share {
  url: string;
  expires_at: string;
}

export interface Detail extends Row {
  language: string | null;
  page_url: string | null;
  referrer: string | null;
  browser: string;
  device: string;
  slots: Record<string, unknown>;
  handoff: Handoff | null;
  merged_into: string | null;
  share: Share | null;
  flows: Named[];
}

export type Author = "contact" | "bot" | "operator" | "note" | "event";
export type DeliveryState = "sending" | "sent" | "delivered" | "read" | "failed";

export interface Button {
  title: string;
  payload?: string;
  url?: string;
}

export interface SourceNote {
  title: string;
  url?: string;
}

export interface Card {
  title: string;
  subtitle?: string;
  image?: string;
  buttons?: Button[];
}

// One part as it came: the fields depend on `type`, and types we do not know are shown as such.
export interface Part {
  type: string;
  text?: string;
  sources?: SourceNote[];
  buttons?: Button[];
  url?: string;
  alt?: string;
  name?: string;
  title?: string;
  file_id?: string;
  content_type?: string;
  size_bytes?: number;
  cards?: Card[];
}

export interface Strip {
  kind: string;
  from?: string | null;
  to?: string | null;
  who?: string | null;
  who_name?: string;
  from_name?: string;
  to_name?: string;
  team?: string | null;
  reason?: string | null;
  text?: string | null;
  until?: string | null;
  [more: string]: unknown;
}

export interface Message {
  id: string;
  conversation_id?: string;
  seq: number;
  author: Author;
  sender: Named | null;
  parts: Part[];
  step?: string | null;
  created_at: string;
  client_id: string | null;
  delivery: { state: DeliveryState; detail?: string | null } | null;
  source: SourceNote | null;
  event?: Strip | null;
}

export interface Counts {
  mine: number;
  unassigned: number;
  queue: number;
  bot: number;
  human: number;
  snoozed: number;
  closed: number;
  unread: number;
  mentions: number;
  teams: Record<string, number>;
}

export type PresenceState = "online" | "away" | "offline";

export interface Person {
  id: string;
  name: string;
  role: string;
  status?: string;
  answers?: boolean;
  presence?: { state: PresenceState; capacity?: number | null } | null;
  load?: number | null;
}

export interface MySettings {
  sound?: boolean;
  notify?: boolean;
  keys?: boolean;
  enter_sends?: boolean;
  push_assigned?: boolean;
  push_lines?: boolean;
  push_queue?: boolean;
}

export interface Me {
  id: string;
  name: string;
  role: string;
  permissions: string[];
  language: string;
  theme: string;
  presence?: { state: PresenceState; chosen?: PresenceState; capacity?: number | null } | null;
  settings?: MySettings;
}

export interface Team {
  id: string;
  name: string;
}

export interface SavedReply {
  id: string;
  name: string;
  text: string;
}

export interface Suggestion {
  text: string;
  source: { article_id: string; title: string; url: string } | null;
  by: "article" | "model" | "bot";
}

export interface Talk {
  id: string;
  subject: string;
  owner: Owner;
  preview: string;
  last_message_at: string;
}

export interface ContactNote {
  id: string;
  text: string;
  author: string;
  created_at: string;
}

export interface Contact {
  id: string;
  name: string;
  called: string;
  email: string | null;
  phone: string | null;
  company?: string | null;
  language?: string | null;
  time_zone?: string | null;
  created_at?: string;
  attributes: Record<string, string>;
  talks?: Talk[];
  notes?: ContactNote[];
}

export interface SearchHit {
  conversation_id: string;
  seq?: number | null;
  kind?: string;
  contact?: { id: string; name: string; called: string } | null;
  snippet: { text: string; hit?: boolean; match?: boolean }[] | string;
  at?: string | null;
}

export interface Uploaded {
  id: string;
  name: string;
  content_type: string;
  size_bytes: number;
  url: string;
}

export interface Page<T> {
  data: T[];
  next_cursor: string | null;
}
