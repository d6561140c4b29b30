// What the conversation says.

export const WORDS = {
  moment: "{day}, {time}",
  today: "Today",
  yesterday: "Yesterday",
  sent: "Sent",
  earlier: "Earlier messages",
  new_messages: { one: "{n} new message", other: "{n} new messages" },
  typing: "The assistant is writing",
  writes: "{name} is writing",
  buttons: { one: "{n} button", other: "{n} buttons" },
  why_closed: "The chat is not open here.",
  why_gone: "The assistant is not there any more.",
  why_long: "It is too long.",
  why_other: "It could not be taken.",
} as const;
