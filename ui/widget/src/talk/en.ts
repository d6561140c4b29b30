// What the conversation says.

export const WORDS = {
  today: "Today",
  yesterday: "Yesterday",
  sent: "Sent",
  earlier: "Earlier messages",
  new_messages: "{n} new messages",
  typing: "The assistant is writing",
  writes: "{name} is writing",
  buttons: "{n} buttons",
} as const;
