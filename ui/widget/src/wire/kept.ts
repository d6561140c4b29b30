// What is written to what stays on the device once there is more than what waits to be sent.

import type { Keep } from "./keep";
import type { About, Waiting } from "./types";

export function know(keep: Keep, about: About, untold = true): void {
  keep.write("about", (keep.about = about));
  keep.write("untold", (keep.untold = untold) || null);
}

export function see(keep: Keep, seen: number): void {
  if (keep.seen !== seen) keep.write("seen", (keep.seen = seen));
}

export function hush(keep: Keep, quiet: boolean): void {
  keep.write("quiet", (keep.quiet = quiet));
}

// Another token in the place of `before`, unless another tab was quicker.
export function swap(keep: Keep, before: string, token: string): void {
  keep.load();
  if (keep.token !== before) return;
  keep.token = token;
  keep.write("", { token });
}

export function put(keep: Keep, message: Waiting): void {
  keep.load();
  if (!keep.waiting.some((each) => each.id === message.id)) return;
  keep.waiting = keep.waiting.map((each) => (each.id === message.id ? message : each));
  keep.write(`out.${message.id}`, message);
}

// One that could not be sent is tried once more.
export function retry(keep: Keep, id: string): void {
  const { why, ...message } = keep.waiting.find((each) => each.id === id) ?? { id: "" };
  if (why !== undefined) put(keep, message as Waiting);
}

export function drop(keep: Keep, id: string): void {
  keep.load();
  keep.waiting = keep.waiting.filter((each) => each.id !== id);
  keep.write(`out.${id}`, null);
}
