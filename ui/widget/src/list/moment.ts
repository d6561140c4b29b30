// Days and times, as the visitor's language writes them.

import type { Chat } from "../view/chat";
import type { Line } from "../wire/types";

export function time(chat: Chat, at: number): string {
  return new Intl.DateTimeFormat(chat.language, { hour: "numeric", minute: "2-digit" }).format(at);
}

export function day(chat: Chat, at: number): string {
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days < 2) return chat.say(days < 1 ? "today" : "yesterday");
  return new Intl.DateTimeFormat(chat.language, { day: "numeric", month: "long" }).format(at);
}

// What answers the question for a day or a time is sent as machines write it, and read as people do.
export function picked(language: string, before: Line | undefined, text: string): string {
  const kind = before?.parts.map((part) => part.type === "input" && part.kind).find(Boolean);
  const written = kind === "date" ? text : `1970-01-01T${text}Z`;
  const fits = kind === "date" ? /^\d{4}-\d\d-\d\d$/ : kind === "time" && /^\d\d:\d\d$/;
  const at = new Date(written);
  if (!fits || !fits.test(text) || Number.isNaN(at.getTime())) return text;
  return new Intl.DateTimeFormat(language, { timeZone: "UTC", ...(kind === "date" ? { dateStyle: "long" } : { timeStyle: "short" }) }).format(at);
}
