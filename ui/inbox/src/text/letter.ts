// The letter that a key means: what it types, or, where the layout has none of ours there, what is printed on the key.
export function letterOf(event: Pick<KeyboardEvent, "key" | "code">): string {
  const key = event.key.toLowerCase();
  const printed = /^Key([A-Z])$/.exec(event.code)?.[1]?.toLowerCase();
  return printed && /^\p{L}$/u.test(key) && !/^\p{Script=Latin}$/u.test(key) ? printed : key;
}
