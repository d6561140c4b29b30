// Every endpoint that the inbox calls, by the name of what it does.
import { call, send, type Ask } from "./http";
import type * as T from "./types";
import type { Why } from "./why";

export interface ListQuery {
  view: string;
  channel_id?: string;
  team?: string;
  label?: string;
  assignee_id?: string;
  contact_id?: string;
  unread?: boolean;
  q?: string;
  order?: string;
  limit?: number;
  cursor?: string | null;
}

export interface NewMessage {
  text: string;
  parts?: T.Part[];
  client_id: string;
  note: boolean;
  mentions?: string[];
  expected_seq?: number;
  close?: string;
}

const get = <R>(path: string, query?: Ask["query"]): Promise<R> => call<R>("GET", path, query ? { query } : {});
const post = <R>(path: string, body: unknown = {}): Promise<R> => call<R>("POST", path, { body });
const of = (id: string, rest = ""): string => `/conversations/${encodeURIComponent(id)}${rest}`;

export const list = (query: ListQuery): Promise<T.Page<T.Row>> => get("/conversations", { ...query });
export const counts = (): Promise<T.Counts> => get("/conversations/counts");
export const detail = (id: string): Promise<T.Detail> => get(of(id));
export const messages = (id: string, query: { before_seq?: number; after_seq?: number; limit?: number }): Promise<T.Page<T.Message>> =>
  get(of(id, "/messages"), query);
export const say = (id: string, body: NewMessage): Promise<T.Message> => post(of(id, "/messages"), body);
export const act = <R = T.Row>(id: string, what: string, body: unknown = {}): Promise<R> => post(of(id, `/${what}`), body);
export const share = (id: string, expires_in_s: number): Promise<T.Share> => post(of(id, "/share"), { expires_in_s });
export const unshare = (id: string): Promise<void> => call("DELETE", of(id, "/share"));
export const mailTranscript = (id: string, to: string): Promise<unknown> => post(of(id, "/transcript"), { to });
export const transcriptAddress = (id: string, format: string): string => `/api/v1${of(id, "/transcript")}?format=${format}`;
export const present = (id: string, viewing: boolean, typing: boolean): Promise<unknown> => post(of(id, "/presence"), { viewing, typing });
export const why = (id: string, message: string): Promise<Why> => get(of(id, `/messages/${encodeURIComponent(message)}/why`));
export const suggestions = (id: string): Promise<T.Page<T.Suggestion>> => get(of(id, "/suggestions"));
export const search = (q: string, kind: string): Promise<T.Page<T.SearchHit>> => get("/search", { q, kind });
export const teams = (): Promise<T.Page<T.Team>> => get("/teams");
export const labels = (): Promise<T.Page<T.Label>> => get("/labels");
export const savedReplies = (): Promise<T.Page<T.SavedReply>> => get("/saved-replies");
export const people = (): Promise<T.Page<T.Person>> => get("/people");
export const channels = (): Promise<T.Page<{ id: string; type: string; name: string }>> => get("/channels", { limit: 100 });
export const me = (): Promise<T.Me> => get("/me");

export const changeSettings = (settings: T.MySettings): Promise<T.Me> => call("PATCH", "/me", { body: { settings } });
export const bePresent = (state: T.PresenceState): Promise<T.Me["presence"]> => call("PATCH", "/me/presence", { body: { state } });
export const noteOn = (id: string, text: string): Promise<unknown> => post(`/contacts/${encodeURIComponent(id)}/notes`, { text });

export async function contact(id: string): Promise<{ contact: T.Contact; etag: string | null }> {
  const answer = await send("GET", `/contacts/${encodeURIComponent(id)}`);
  return { contact: (await answer.json()) as T.Contact, etag: answer.headers.get("etag") };
}

export const changeContact = (id: string, body: unknown, etag: string | null): Promise<T.Contact> =>
  call("PATCH", `/contacts/${encodeURIComponent(id)}`, { body, headers: etag ? { "if-match": etag } : {} });

export const upload = (file: File, signal: AbortSignal): Promise<T.Uploaded> =>
  call("POST", "/files", { raw: file, query: { name: file.name }, headers: { "content-type": "application/octet-stream" }, timeout_ms: 300_000, signal });
