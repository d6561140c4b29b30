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
  private takesFocus = false;
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
    this.chat = new Chat(host, this.talk);
    this.place.dir = "ltr";
    this.phone.addEventListener("change", this.redraw);
    // What is typed here is none of the page's shortcuts.
    for (const name of ["keydown", "keypress", "keyup"]) this.place.addEventListener(name, (event) => event.stopPropagation());
    visualViewport?.addEventListener("resize", this.fit);
    visualViewport?.addEventListener("scroll", this.fit);
  }

  open(byVisitor: boolean): void {
    if (this.isOpen) return;
    this.isOpen = true;
    this.talk.open();
    this.takesFocus = byVisitor;
    this.draw();
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.talk.close();
    this.draw();
    this.host.closed();
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
    const { chat, takesFocus } = this;
    render(<Window chat={chat} full={this.phone.matches} takesFocus={takesFocus} close={close} />, this.place);
  }

  // Over the whole screen the window ends where the keyboard begins.
  private fitKeyboard(): void {
    const view = visualViewport;
    if (!view || !this.phone.matches) return;
    this.place.style.setProperty("--h", `${view.height}px`);
    this.place.style.setProperty("--top", `${view.offsetTop}px`);
  }
}

const begin: Begin = (host) => new Drawn(host);
const script = document.currentScript as (HTMLScriptElement & { begin?: Begin }) | null;
if (script) script.begin = begin;
