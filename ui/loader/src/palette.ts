// One brand colour in, every brand token out. Contrast is solved in linear light, where WCAG luminance is a straight line;
// tints are mixed in plain sRGB. https://www.w3.org/TR/WCAG22/#dfn-relative-luminance

type Rgb = [number, number, number];
type Ground = "light" | "dark";

const WHITE: Rgb = [1, 1, 1];
const BLACK: Rgb = [0, 0, 0];
const SURFACE = { light: ["#ffffff", "#f1f2f5"], dark: ["#17191e", "#24272e"] } as const;

const linear = (v: number) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const gamma = (v: number) => (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055);
const parse = (hex: string) => [1, 3, 5].map((at) => linear(parseInt(hex.slice(at, at + 2), 16) / 255)) as Rgb;
const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
const mix = (a: Rgb, b: Rgb, t: number) => a.map((v, at) => v + ((b[at] ?? 0) - v) * t) as Rgb;
const tint = (a: Rgb, b: Rgb, t: number) => mix(a.map(gamma) as Rgb, b.map(gamma) as Rgb, t).map(linear) as Rgb;

function ratio(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a) + 0.05, luminance(b) + 0.05];
  return x > y ? x / y : y / x;
}

// Of two colours of six hexadecimal digits, 1 to 21.
export function contrast(one: string, other: string): number {
  return ratio(parse(one), parse(other));
}

const DOWN = 1e-6;
const UP = 1 - DOWN;

// Rounded away from the ground, so that eight bits lose no contrast.
function hex(color: Rgb, more = 0.5): string {
  const byte = (v: number) => Math.min(255, Math.floor(gamma(v) * 255 + more));
  return `#${color.map((v) => byte(v).toString(16).padStart(2, "0")).join("")}`;
}

// The nearest colour that has `want` : 1 on `ground`: darker on a light one; on a dark one brightened first, which keeps the
// hue, then whitened.
function fit(color: Rgb, ground: Rgb, want: number, dark: boolean): string {
  const own = luminance(color);
  const below = luminance(ground);
  if (!dark) return hex(mix(BLACK, color, Math.min(1, ((below + 0.05) / want - 0.05) / (own || 1))), DOWN);
  const need = want * (below + 0.05) - 0.05;
  const top = Math.max(...color);
  const bright = mix(BLACK, color, Math.max(1, Math.min(need / (own || 1), top ? 1 / top : 1)));
  const reached = luminance(bright);
  return hex(mix(bright, WHITE, Math.min(1, Math.max(0, (need - reached) / (1 - reached || 1)))), UP);
}

export interface Palette {
  brand: string;
  on: string;
  hover: string;
  soft: string;
  ink: string;
  edge: string;
}

export function palette(brand: string, ground: Ground): Palette {
  const dark = ground === "dark";
  const [panel, bubble] = SURFACE[ground].map(parse) as [Rgb, Rgb];
  const color = parse(brand);
  const white = ratio(color, WHITE) >= 4.5;
  const soft = tint(panel, color, dark ? 0.15 : 0.07);
  const worst = dark === luminance(soft) > luminance(bubble) ? soft : bubble;
  return {
    brand,
    on: white ? "#ffffff" : "#000000",
    hover: hex(tint(color, luminance(color) > (white ? 0.02 : 0.85) ? BLACK : WHITE, 0.12)),
    soft: hex(soft),
    ink: fit(color, worst, 4.6, dark),
    edge: ratio(color, panel) < 3 ? fit(color, panel, 3.05, dark) : "transparent",
  };
}
