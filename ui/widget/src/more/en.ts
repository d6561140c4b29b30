// What the menu says, and what is in it.

export const WORDS = {
  sound: "Sound",
} as const;
