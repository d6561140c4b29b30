// The button in the corner, with its badge and its teaser: a host element of no size, last in the page, and a closed shadow
// root that nothing of the page reaches into.

import sheet from "./launcher.sheet.css";
import type { Language } from "./language";
import type { Options } from "./options";
import { palette } from "./palette";
import { stay } from "./stay";
import { WORDS } from "./words";

const BUBBLE =
  "M16 3.5c7.5 0 13 5 13 11.5s-5.5 11.5-13 11.5c-1.3 0-2.6-.15-3.8-.45L6.6 28.8c-.7.36-1.5-.2-1.4-1L5.7 23C3.9 21 3 18.2 3 15 3 8.5 8.5 3.5 16 3.5z";
// The assistant's as well.
export const BELL =
  "M9.2 17.7h13.6c0-3.7-2.5-6.2-5.8-6.6v-.8a1 1 0 1 0-2 0v.8c-3.3.4-5.8 2.9-5.8 6.6zm-.7 1.4a.95.95 0 0 0 0 1.9h15a.95.95 0 0 0 0-1.9z";

export class Launcher {
  words: Record<keyof typeof WORDS, string> = WORDS;
  readonly root: ShadowRoot;
  readonly tokens: HTMLElement;
  private readonly _host = document.createElement("div");
  private readonly _place = element("div", "place");
  private readonly _button = element("button", "launch");
  private readonly _badge = element("span", "n");
  private _teaser: HTMLElement | null = null;
  private _unread = 0;
  private _dir = "ltr";
  private readonly _system = matchMedia("(prefers-color-scheme: dark)");
  private readonly _repaint = () => this.paint();
  private readonly _leave: () => void;

  constructor(private readonly _options: Options, private readonly _opened: () => void, near: () => void) {
    this.root = this._host.attachShadow({ mode: "closed" });
    const style = new CSSStyleSheet();
    style.replaceSync(sheet);
    this.root.adoptedStyleSheets = [style];
    this.tokens = element("div", "fd");
    // In the sheet, where the page's own important rules do not reach it.
    style.insertRule(`:host{z-index:${_options.zIndex}!important}`, style.cssRules.length);
    // The corner is the one that was asked for, in whichever direction the page is written.
    this._place.dir = "ltr";
    // While the window is open it is not there.
    this._button.setAttribute("aria-expanded", "false");
    this._button.append(icon(), this._badge);
    this._button.addEventListener("click", _opened);
    for (const name of ["pointerenter", "focus", "touchstart"]) {
      this._button.addEventListener(name, near, { once: true, passive: true });
    }
    this._place.append(this._button);
    this.tokens.append(this._place);
    this.root.append(this.tokens);
    this.show();
    this.unread(0);
    this.paint();
    this._system.addEventListener("change", this._repaint);
    this._leave = stay(this._host);
  }

  get hidden(): boolean {
    return !!this._button.hidden;
  }

  hide(): void {
    this._untease();
    this._button.hidden = true;
  }

  show(): void {
    this._button.hidden = false;
    // Who is elsewhere on the page stays there.
    if (this.root.activeElement) this._button.focus({ preventScroll: true });
  }

  speak({ words, dir }: Language): void {
    this.words = { ...WORDS, ...(words as Partial<typeof this.words>) };
    this._dir = dir;
    this.unread(this._unread);
  }

  unread(count: number): void {
    this._unread = count;
    this._badge.hidden = !count;
    this._badge.textContent = count > 9 ? "9+" : String(count);
    const { open, open_unread } = this.words;
    this._button.setAttribute("aria-label", count ? open_unread.replace("{n}", String(count)) : open);
  }

  // One message above the button, until it is taken away, the chat is opened, or there is another; what is wrong is read out.
  tease(title: string, text: string, role: string | null = null): void {
    if (!text || this.hidden) return;
    this._untease();
    const teaser = element("div", "tease");
    teaser.dir = this._dir;
    const words = element("span", "");
    words.dir = "auto";
    words.role = role;
    words.textContent = text;
    if (title) {
      const by = element("b", "");
      by.textContent = title;
      teaser.append(by);
    }
    const away = element("button", "");
    away.textContent = "\u00d7";
    away.setAttribute("aria-label", this.words.dismiss);
    away.addEventListener("click", (event) => {
      event.stopPropagation();
      this._untease();
    });
    teaser.append(words, away);
    teaser.addEventListener("click", this._opened);
    this._place.prepend(teaser);
    this._teaser = teaser;
  }

  remove(): void {
    this._system.removeEventListener("change", this._repaint);
    this._leave();
  }

  private _untease(): void {
    this._teaser?.remove();
    this._teaser = null;
  }

  // As the options have it now.
  paint(): void {
    const { theme, color, corner } = this._options;
    this._place.classList.toggle("l", corner.endsWith("left"));
    this._place.classList.toggle("t", corner.startsWith("top"));
    const dark = theme === "dark" || (theme === "auto" && this._system.matches);
    this.tokens.classList.toggle("dark", dark);
    for (const [name, value] of Object.entries(palette(color, dark ? "dark" : "light"))) {
      this.tokens.style.setProperty(`--${name}`, value);
    }
  }
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, className: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.className = className;
  return made;
}

function icon(): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const made = document.createElementNS(space, "svg");
  made.setAttribute("viewBox", "0 0 32 32");
  made.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("fill", "currentColor");
  path.setAttribute("fill-rule", "evenodd");
  path.setAttribute("d", BUBBLE + BELL);
  made.append(path);
  return made;
}
