// What the window says until somebody has written; what parts of it say stands with them.

export const LANGUAGE = "en";

export const WORDS = {
  write: "Write a message",
  send: "Send",
  attach: "Attach a file",
  close: "Close chat",
  conversation: "Conversation",
  menu: "Conversation menu",
  assistant: "AI assistant",
  at_once: "AI answers at once.",
  hello: "Hello! How can we help?",
  offline: "No connection. Trying again.",
  try_now: "Try now",
  slow: "You are writing faster than we can read. One moment.",
  place: "You are number {n} in line.",
  away: "Nobody is at the desk right now.",
  in_line: "You are in line. A person will answer here.",
  person: "A person",
  ended: "Conversation ended",
  anew: "Start a new conversation",
  you: "You:",
  waiting: "Waiting for connection",
  not_sent: "Not sent.",
  try_again: "Try again",
  delete: "Delete",
} as const;
