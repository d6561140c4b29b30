// Stroke icons on a grid of 20.

import type { Chat } from "./chat";

export const CLIP = "M16 9.3l-6.3 6.3a3.9 3.9 0 0 1-5.6-5.6L11 3.7a2.6 2.6 0 0 1 3.7 3.7l-6.3 6.3a1.3 1.3 0 0 1-1.9-1.9l5.8-5.7";
export const CLOSE = "M5 5l10 10M15 5L5 15";
export const UP = "M10 16V4.5M5 9.2l5-5 5 5";
export const DOWN = "M10 4v11.5M5 10.8l5 5 5-5";
export const GO = "M7.5 4.5L13 10l-5.5 5.5";
export const EXT = "M7 13l7-7M8 5.5h6.5V12";
export const OK = "M4.5 10.5l3.7 3.7 7.3-8.2";
export const WAIT = "M10 6v4.2l2.6 1.6M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0z";
export const WARN = "M10 6.5v4M10 13.5h.01M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0z";
export const SPIN = "M17 10a7 7 0 1 1-7-7";

export function Icon({ path, kind = "" }: { path: string; kind?: "" | "flip" | "spin" }) {
  return (
    <svg class={`i ${kind}`} viewBox="0 0 20 20" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

// The assistant's.
export function Avatar({ chat }: { chat: Chat }) {
  return (
    <span class="av">
      <svg viewBox="5 4 22 22" aria-hidden="true">
        <path fill="currentColor" d={chat.host.bell} />
      </svg>
    </span>
  );
}
