// What is said of an address that is none, by each part that asks for one.

export const WORDS = {
  email_like: "Enter an address like name@example.com",
} as const;
