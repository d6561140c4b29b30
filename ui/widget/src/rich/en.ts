// What this part says.

export const WORDS = {
  sources: "Sources",
  source: "Source {n}: {title}",
  more_sources: "{n} more",
  show_picture: "Show picture from {host}",
  file: "File",
  cards: "Cards",
  picture: "Picture",
} as const;
