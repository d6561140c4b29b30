// What the menu says, and what is in it.

export const WORDS = {
  sound: "Sound",
  talk_to_person: "Talk to a person",
  stay: "Stay with AI",
  keep: "Download",
  mail: "E-mail a copy",
  address: "E-mail address",
  mail_sent: "A copy is on its way to {to}.",
  mails_over: "No more copies are sent just now. Try again later.",
  done: "Done",
  end: "End conversation",
  face_1: "Terrible",
  face_2: "Poor",
  face_3: "Fine",
  face_4: "Good",
  face_5: "Great",
  of: "{word}, {n} of {most}",
  why: "Would you like to say why?",
  skip: "Skip",
  thanks: "Thank you.",
} as const;
