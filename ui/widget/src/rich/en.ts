// What this part says.

export const WORDS = {
  sources: "Sources",
  source: "Source {n}: {title}",
  download: "Open {name}",
  file: "File",
  picture: "Picture",
} as const;
