// Stroke icons on a grid of 20.

const PATHS = {
  close: "M5 5l10 10M15 5L5 15",
  up: "M10 16V4.5M5 9.2l5-5 5 5",
  down: "M10 4v11.5M5 10.8l5 5 5-5",
  go: "M7.5 4.5L13 10l-5.5 5.5",
  ext: "M7 13l7-7M8 5.5h6.5V12",
  ok: "M4.5 10.5l3.7 3.7 7.3-8.2",
  wait: "M10 6v4.2l2.6 1.6M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0z",
  warn: "M10 6.5v4M10 13.5h.01M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0z",
  spin: "M17 10a7 7 0 1 1-7-7",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, flip = false }: { name: IconName; flip?: boolean }) {
  return (
    <svg class={`i${flip ? " flip" : ""}${name === "spin" ? " spin" : ""}`} viewBox="0 0 20 20" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

const DESK =
  "M4.5 15.5c0-4.2 2.9-7.1 6.7-7.5V6.9a.8.8 0 1 1 1.6 0V8c3.8.4 6.7 3.3 6.7 7.5zM4 17h16a1 1 0 0 1 0 2H4a1 1 0 0 1 0-2z";

// Who speaks: the assistant's bell, or a person's first letters.
export function Avatar({ name = "", online = false }: { name?: string | undefined; online?: boolean }) {
  if (!name) {
    return (
      <span class="av">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path fill="currentColor" d={DESK} />
        </svg>
      </span>
    );
  }
  const letters = name.split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("").toUpperCase();
  return (
    <span class={`av p${online ? " on" : ""}`} aria-hidden="true">
      {letters}
    </span>
  );
}
