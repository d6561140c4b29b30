// What a page may say of the widget on its tag. Values are text of strangers: whatever is not one of what may be is as if it
// were not there.

export const CORNERS = ["bottom-right", "bottom-left", "top-right", "top-left"] as const;
export const THEMES = ["auto", "light", "dark"] as const;
export type Corner = (typeof CORNERS)[number];
export type Theme = (typeof THEMES)[number];

export interface Page {
  kind: string;
  title: string;
  url: string;
  // What led the visitor to it.
  referrer?: string | undefined;
}

// Which files visitors can send: how many at once, how large, and how their names may end.
export interface Files {
  most: number;
  bytes: number;
  accept: string;
}

export interface Options {
  assistant: string;
  corner: Corner;
  color: string;
  theme: Theme;
  title: string;
  welcome: string;
  starters: string[];
  sound: boolean;
  // Only signed-in visitors may write.
  signIn: boolean;
  ask: Ask | null;
  // Where nobody is there a message can be left.
  awayForm: boolean;
  files: Files | null;
  autoOpen: boolean;
  autoOpenDelay: number;
  avatar: boolean;
  hideOnMobile: boolean;
  zIndex: number;
  width: number;
  height: number;
  // What the document says of itself goes along where the page says nothing.
  tellsPage: boolean;
}

type Wanted = "optional" | "required";

// What is asked before the first message, of whom nothing is known.
export interface Ask {
  name?: Wanted;
  email?: Wanted;
  phone?: Wanted;
  why?: string;
  consent?: string;
  page?: string;
}

// What the installation says of the channel; the tag goes before it.
export interface Config {
  title?: string;
  welcome_message?: string;
  primary_color?: string;
  theme?: string;
  position?: string;
  starters?: string[];
  sound?: boolean;
  sign_in?: boolean;
  ask?: Ask;
  away_form?: boolean;
  language?: string;
  files?: Files | null;
  show_avatar?: boolean;
  width?: number;
  height?: number;
  auto_open?: boolean;
  auto_open_delay_ms?: number;
  hide_on_mobile?: boolean;
  show_on_paths?: string[];
  hide_on_paths?: string[];
  page_context?: boolean;
}

const COLOR = "#0071e3";
const MOST_TEXT = 500;
const MOST_KIND = 100;
const MOST_TITLE = 300;
const MOST_URL = 2000;
const MOST_Z = 2147483647;

export type Attributes = (name: string) => string | null;

export function options(attribute: Attributes, config: Config, colorOf: (given: string) => string | null): Options {
  const said = (name: string, else_ = "") => (attribute(`data-${name}`) ?? else_).trim().slice(0, MOST_TEXT);
  const is = (name: string, else_ = false) => said(name) === "true" || (else_ && said(name) !== "false");
  return {
    assistant: said("assistant-id"),
    corner: oneOf(CORNERS, said("position"), config.position),
    color: colorOf(said("primary-color")) ?? colorOf(config.primary_color ?? "") ?? COLOR,
    theme: oneOf(THEMES, said("theme"), config.theme),
    title: said("title", config.title),
    welcome: said("welcome-message", config.welcome_message),
    starters: config.starters ?? [],
    sound: config.sound !== false,
    signIn: config.sign_in === true,
    ask: config.ask ?? null,
    awayForm: config.away_form === true,
    files: config.files ?? null,
    autoOpen: is("auto-open", config.auto_open),
    autoOpenDelay: whole(said("auto-open-delay"), 0, 600_000, config.auto_open_delay_ms ?? 3000),
    avatar: is("show-avatar", config.show_avatar ?? true),
    hideOnMobile: is("hide-on-mobile", config.hide_on_mobile),
    zIndex: whole(said("z-index"), 1, MOST_Z, MOST_Z),
    width: whole(said("width"), 300, 520, config.width ?? 380),
    height: whole(said("height"), 400, 800, config.height ?? 620),
    tellsPage: config.page_context !== false,
  };
}

// The best of what was given that is one of them, and the first of them otherwise.
function oneOf<T extends string>(all: readonly [T, ...T[]], ...given: (string | undefined)[]): T {
  return given.flatMap((each) => all.find((one) => one === each) ?? [])[0] ?? all[0];
}

// A whole number, moved to the nearer bound; anything else is the default. "380px" is what people write.
export function whole(given: string, least: number, most: number, else_: number): number {
  const found = /^(\d{1,15})(px)?$/.exec(given);
  return found ? Math.min(most, Math.max(least, Number(found[1]))) : else_;
}

// What a page says of itself in words of its own. An address that was cut would be another one.
export function contextOf({ kind, title, url }: Partial<Record<keyof Page, unknown>>): Page {
  const text = (given: unknown, most: number) => (typeof given === "string" ? given.trim().slice(0, most) : "");
  const whole = text(url, MOST_URL + 1);
  return { kind: text(kind, MOST_KIND), title: text(title, MOST_TITLE), url: whole.length > MOST_URL ? "" : whole };
}

// The same in attributes of the tag.
export function pageOf(attribute: Attributes): Page {
  return contextOf({ kind: attribute("data-page-context"), title: attribute("data-page-title"), url: attribute("data-page-url") });
}
