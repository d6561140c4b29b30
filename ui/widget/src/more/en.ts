// What the menu says, and what is in it.

export const WORDS = {
  sound: "Sound",
  talk_to_person: "Talk to a person",
  stay: "Stay with AI",
  keep: "Download",
  end: "End conversation",
  face_1: "Terrible",
  face_2: "Poor",
  face_3: "Fine",
  face_4: "Good",
  face_5: "Great",
  of: "{word}, {n} of {most}",
} as const;
