// What the window says.

export const LANGUAGE = "en";

const WORDS = {
  write: "Write a message",
  send: "Send",
  close: "Close chat",
  conversation: "Conversation",
  assistant: "AI assistant",
  at_once: "AI answers at once.",
  hello: "Hello! How can we help?",
  you: "You:",
  today: "Today",
  yesterday: "Yesterday",
  sent: "Sent",
  waiting: "Waiting for connection",
  not_sent: "Not sent.",
  try_again: "Try again",
  delete: "Delete",
  offline: "No connection. Trying again.",
  try_now: "Try now",
  slow: "You are writing faster than we can read. One moment.",
  sources: "Sources",
  source: "Source {n}: {title}",
  earlier: "Earlier messages",
  new_messages: "{n} new messages",
  in_line: "You are in line. A person will answer here.",
  person: "A person",
  ended: "Conversation ended",
  typing: "The assistant is writing",
  buttons: "{n} buttons",
  download: "Open {name}",
  file: "File",
} as const;

export type Key = keyof typeof WORDS;

export function said(key: Key, values: Record<string, string | number> = {}): string {
  return WORDS[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
