// What the window says until somebody has written; what parts of it say stands with them.

export const WORDS = {
  write: "Write a message",
  send: "Send",
  attach: "Attach a file",
  close: "Close chat",
  assistant: "AI assistant",
  at_once: "AI answers at once.",
  hello: "Hello! How can we help?",
  offline: "No connection. Trying again.",
  try_now: "Try now",
  sign_in: "Sign in to chat with us here.",
  you: "You:",
  waiting: "Waiting for connection",
} as const;
