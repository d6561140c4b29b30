// The widget: drawn into the loader's shadow root when somebody opens it.

import { render } from "preact";
import type { Begin, Host, Panel } from "../../loader/src/guest";
import { Wire } from "./wire/http";
import { Talk } from "./wire/talk";
import { Chat } from "./view/chat";
import sheet from "./panel.sheet.css";
import { Window } from "./view/window";

const PHONE = "(max-width: 479px), (max-height: 459px)";

class Drawn implements Panel {
  private readonly chat: Chat;
  private readonly talk: Talk;
  private readonly place = document.createElement("div");
  private readonly phone = matchMedia(PHONE);
  private window: Window | null = null;
  private isOpen = false;
  private frame = 0;
  private readonly redraw = () => this.draw();
  private readonly fit = () => this.fitKeyboard();

  constructor(private readonly host: Host) {
    const style = new CSSStyleSheet();
    style.replaceSync(sheet);
    host.root.adoptedStyleSheets = [...host.root.adoptedStyleSheets, style];
    const { corner, width, height } = host.options;
    this.place.className = `place panel-place${corner.endsWith("left") ? " l" : ""}${corner.startsWith("top") ? " t" : ""}`;
    this.place.style.setProperty("--w", `${width}px`);
    this.place.style.setProperty("--ht", `${height}px`);
    host.tokens.append(this.place);
    this.talk = new Talk(new Wire(host.base, host.options.assistant), () => this.soon());
    this.chat = new Chat(host, this.talk, languageOf(host.options.language));
    this.place.dir = isRightToLeft(this.chat.language) ? "rtl" : "ltr";
    this.phone.addEventListener("change", this.redraw);
    visualViewport?.addEventListener("resize", this.fit);
    visualViewport?.addEventListener("scroll", this.fit);
  }

  open(byVisitor: boolean): void {
    if (this.isOpen) return;
    this.isOpen = true;
    this.talk.open();
    this.draw();
    if (byVisitor) this.window?.focus();
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.talk.close();
    this.talk.keep.set(this.talk.keep.token ? { read: this.talk.last } : {});
    this.draw();
    this.host.closed();
  }

  identify(): void {
    this.talk.again();
  }

  moved(): void {
    this.fitKeyboard();
  }

  destroy(): void {
    this.talk.end();
    cancelAnimationFrame(this.frame);
    this.phone.removeEventListener("change", this.redraw);
    visualViewport?.removeEventListener("resize", this.fit);
    visualViewport?.removeEventListener("scroll", this.fit);
    render(null, this.place);
    this.place.remove();
  }

  // What arrives within a frame is drawn at once.
  private soon(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    if (!this.isOpen) {
      render(null, this.place);
      return;
    }
    const close = () => this.close();
    render(<Window ref={(found: Window | null) => void (this.window = found)} chat={this.chat} full={this.phone.matches} close={close} />, this.place);
  }

  // Over the whole screen the window ends where the keyboard begins.
  private fitKeyboard(): void {
    const view = visualViewport;
    if (!view || !this.phone.matches) return;
    this.place.style.setProperty("--h", `${view.height}px`);
    this.place.style.setProperty("--top", `${view.offsetTop}px`);
  }
}

function languageOf(given: string): string {
  for (const each of [given, document.documentElement.lang, navigator.language]) {
    try {
      if (each) return new Intl.Locale(each).toString();
    } catch {
      // No language that there is.
    }
  }
  return "en";
}

const RIGHT_TO_LEFT = ["ar", "he", "fa", "ur"];

function isRightToLeft(language: string): boolean {
  return RIGHT_TO_LEFT.includes(language.split("-")[0] ?? "");
}

const begin: Begin = (host) => new Drawn(host);
const script = document.currentScript as (HTMLScriptElement & { begin?: Begin }) | null;
if (script) script.begin = begin;
