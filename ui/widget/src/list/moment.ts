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

// What answers a question for a day or a time is sent as machines write it, and read as people do. `before`: the lines above;
// what was asked since the visitor spoke last counts, also where more was said after it.
export function picked(language: string, before: Line[], text: string): string {
  const since = before.slice(before.reduce((last, { by }, at) => (by === "you" ? at + 1 : last), 0));
  const asks = (kind: string) => since.some(({ parts }) => parts.some((part) => part.type === "input" && part.kind === kind));
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const at = new Date(isDay ? text : `1970-01-01T${text}Z`);
  if (!asks(isDay ? "date" : "time") || !(isDay || /^\d\d:\d\d$/.test(text)) || Number.isNaN(at.getTime())) return text;
  return new Intl.DateTimeFormat(language, { timeZone: "UTC", ...(isDay ? { dateStyle: "long" } : { timeStyle: "short" }) }).format(at);
}
