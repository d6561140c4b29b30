// What the forms say.

export const WORDS = {
  before: "Before we start",
  your_name: "Name",
  your_email: "E-mail",
  your_phone: "Phone",
  optional: "(optional)",
  needed: "This is needed",
  phone_like: "Enter a number like +44 20 7946 0958",
  agree_needed: "We need your consent to chat",
  more_about: "More about this",
  start: "Start chat",
  message: "Message",
  leave_message: "Leave message",
  left: "Thank you. We will answer here, or write to {email}.",
  date: "Date",
  time: "Time",
  continue: "Continue",
  find: "Find an answer",
  found: "{n} of {most}",
} as const;
