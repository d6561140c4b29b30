// What is said of files on their way.

export const WORDS = {
  files: "Files to send",
  cancel: "Cancel upload of {name}",
  remove: "Remove {name}",
  part: "{up} of {size}",
  too_large: "{size} is over the limit of {limit}. Make it smaller, or send a link to it.",
  empty: "The file is empty. Choose another one.",
  other_kind: "This file is damaged, or of a kind that cannot be sent here. Try one of these: {list}.",
  too_many: "Only {n} files at a time. Send these first.",
  not_taken: "Files are not taken here any more.",
  put_off: "No more files are taken just now. Try again later.",
  gone: "The file is not on this device any more. Attach it again.",
  attached: "{name} is attached.",
} as const;
