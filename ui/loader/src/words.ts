// What the launcher says, in English.

export const WORDS = {
  open: "Open chat",
  open_unread: "Open chat, {n} unread",
  dismiss: "Dismiss",
  unavailable: "Chat is not available just now. Try again in a moment.",
} as const;
