// The widget: drawn into the loader's shadow root when somebody opens it.

import { render } from "preact";
import { PHONE } from "../../loader/src/device";
import type { Begin, Host, Panel } from "../../loader/src/guest";
import { Chat } from "./view/chat";
import sheet from "./panel.sheet.css";
import { wear } from "./text/sheets";
import { Window } from "./view/window";

class Drawn implements Panel {
  private _chat: Chat;
  private readonly _place = document.createElement("div");
  private readonly _phone = matchMedia(PHONE);
  private _takesFocus = false;
  private _isOpen = false;
  private _frame = 0;
  private readonly _gone = new AbortController();

  constructor(private readonly _host: Host) {
    wear(_host.root, sheet);
    _host.tokens.append(this._place);
    this._chat = new Chat(_host, this._soon);
    // The corner is the one that was asked for; the window in it has its language's direction.
    this._place.dir = "ltr";
    const { signal } = this._gone;
    this._phone.addEventListener("change", () => this._draw(), { signal });
    // What is typed here is none of the page's shortcuts.
    for (const name of ["keydown", "keypress", "keyup"]) this._place.addEventListener(name, (event) => event.stopPropagation());
    for (const name of ["resize", "scroll"]) visualViewport?.addEventListener(name, () => this._fitKeyboard(), { signal });
  }

  open(byVisitor: boolean): void {
    if (this._isOpen) return;
    this._isOpen = true;
    this._chat.open();
    this._takesFocus = byVisitor;
    this._draw();
  }

  close(): void {
    if (!this._isOpen) return;
    this._isOpen = false;
    this._chat.close();
    // While it is still known where the visitor was.
    this._host.closed();
    this._draw();
  }

  // Somebody else is signed in than before, or nobody: the window is theirs.
  identified(): void {
    if (this._chat.identified()) return;
    const before = this._chat;
    before.end();
    this._host.unread(0);
    // Who writes in the page goes on there.
    this._takesFocus = !!this._host.root.activeElement;
    this._chat = new Chat(this._host, this._soon);
    before.keep.close();
    if (this._isOpen) this._chat.open();
    this._draw();
  }

  moved(): void {
    this._fitKeyboard();
    this._soon();
  }

  destroy(): void {
    this._chat.end();
    cancelAnimationFrame(this._frame);
    this._gone.abort();
    render(null, this._place);
    this._place.remove();
  }

  // What arrives within a frame is drawn at once.
  private readonly _soon = () => {
    cancelAnimationFrame(this._frame);
    this._frame = requestAnimationFrame(() => this._draw());
  };

  private _draw(): void {
    if (!this._isOpen) {
      render(null, this._place);
      return;
    }
    const { corner, width, height } = this._host.options;
    this._place.className = `place panel-place${corner.endsWith("left") ? " l" : ""}${corner.startsWith("top") ? " t" : ""}`;
    this._place.style.setProperty("--w", `${width}px`);
    this._place.style.setProperty("--ht", `${height}px`);
    const close = () => this.close();
    render(<Window key={this._chat.keep.name} chat={this._chat} full={this._phone.matches} takesFocus={this._takesFocus} close={close} />, this._place);
  }

  // Over the whole screen the window ends where the keyboard begins.
  private _fitKeyboard(): void {
    const view = visualViewport;
    if (!view || !this._phone.matches) return;
    this._place.style.setProperty("--h", `${view.height}px`);
    this._place.style.setProperty("--top", `${view.offsetTop}px`);
  }
}

const begin: Begin = (host) => new Drawn(host);
const script = document.currentScript as (HTMLScriptElement & { begin?: Begin }) | null;
if (script) script.begin = begin;
