// The one script of a page: reads its own tag, draws the launcher, fetches the widget when it is needed, and is the page's
// handle on both. It loads nothing from elsewhere, keeps nothing, and patches nothing.

import { byCanvas, solid } from "./color";
import { hasBegun, idle, keeps, safely } from "./device";
import { fetched, Other, scripted } from "./fetching";
import type { Begin, Host, Panel } from "./guest";
import { type Language, speaking } from "./language";
import { Launcher } from "./launcher";
import { onNavigation } from "./navigation";
import { type Attributes, type Config, contextOf, options, type Page } from "./options";
import { type Rules, rules, shows } from "./paths";
import { settled } from "./settled";

type Heard = (detail?: unknown) => void;
const PHONE = "(max-width: 479px), (max-height: 459px)";

class Guest {
  private _panel: Panel | null = null;
  private _loading: Promise<Panel> | null = null;
  private _launcher: Launcher | null = null;
  private readonly _heard = new Map<string, Set<Heard>>();
  private _context: Partial<Page> = {};
  private _gone = false;
  private _renewed = false;
  private _timer = 0;
  private readonly _speak: (launcher: Launcher) => Promise<Language>;
  private readonly _unlisten: () => void;
  private _settings;

  constructor(private readonly _base: string, attribute: Attributes, config: Config, private readonly _rules: Rules) {
    this._speak = speaking(_base, attribute("data-language") ?? "", config.language, (text) => this._log(text));
    this._settings = options(attribute, config, (given) => solid(given, byCanvas));
    this._unlisten = onNavigation(() => this._moved());
    this._place();
    this._look();
    if (this._settings.autoOpen) this._timer = setTimeout(() => this._autoOpen(), this._settings.autoOpenDelay);
  }

  open(byVisitor = true): void {
    if (this._gone || !this._launcher) return;
    const launcher = this._launcher;
    this._load().then(
      (panel) => {
        if (this._launcher !== launcher || launcher.hidden) return;
        panel.open(byVisitor);
        launcher.hide();
        this._emit("open");
      },
      (reason: unknown) => {
        this._log(String(reason));
        if (byVisitor) void this._speak(launcher).then(() => launcher.tease(this._settings.title, launcher.words.unavailable));
      },
    );
  }

  close(): void {
    this._panel?.close();
  }

  toggle(): void {
    if (this._launcher?.hidden) this.close();
    else this.open();
  }

  setContext(given: unknown): void {
    this._context = contextOf(given);
  }

  // What proves who is signed in goes to the program as it is. Null: nobody is any more.
  identify(user: unknown): void {
    this._rules.user = user && typeof user === "object" ? user : null;
    if (this._panel) this._panel.identified();
    else this._look();
  }

  private _look(): void {
    if (hasBegun(this._settings.assistant)) idle(() => void this._load().catch(() => undefined));
  }

  on(event: string, heard: Heard): () => void {
    const all = this._heard.get(event) ?? new Set();
    this._heard.set(event, all.add(heard));
    return () => void all.delete(heard);
  }

  destroy(): void {
    if (this._gone) return;
    this._gone = true;
    clearTimeout(this._timer);
    this._unlisten();
    this._remove();
    this._heard.clear();
  }

  private _moved(): void {
    // What was said of the page before is not true of this one.
    this._context = {};
    this._place();
    this._panel?.moved();
  }

  // Where the rules and the screen have it, there is a launcher; elsewhere nothing at all.
  private _place(): void {
    const wanted = shows(location.pathname, this._rules) && !(this._settings.hideOnMobile && matchMedia(PHONE).matches);
    if (wanted && !this._launcher) {
      const launcher = new Launcher(this._settings, () => this.open(), () => void this._load().catch(() => undefined));
      this._launcher = launcher;
      idle(() => void this._speak(launcher));
    } else if (!wanted && this._launcher) this._remove();
  }

  private _remove(): void {
    this._panel?.destroy();
    this._panel = this._loading = null;
    this._launcher?.remove();
    this._launcher = null;
  }

  private _autoOpen(): void {
    if (!this._launcher || this._launcher.hidden) return;
    const launcher = this._launcher;
    if (matchMedia(PHONE).matches) void this._speak(launcher).then(() => launcher.tease(this._settings.title, this._settings.welcome));
    else this.open(false);
  }

  private _load(): Promise<Panel> {
    const launcher = this._launcher;
    if (!launcher) return Promise.reject(new Error("the widget does not show on this page"));
    const widget = () => scripted<Begin>(this._base, "widget", WIDGET_VERSION, WIDGET_INTEGRITY);
    this._loading ??= Promise.all([widget(), this._speak(launcher)]).then(([begin, language]) => {
      if (this._launcher !== launcher) throw new Error("the page went on meanwhile");
      return (this._panel = begin(this._host(launcher, language)));
    });
    this._loading.catch(() => (this._loading = null));
    return this._loading;
  }

  // The installation was updated since this page fetched its widget, and the parts there are now go with another one: that is
  // fetched, once, and takes its place. What was typed and what waits to be sent is on the device.
  private _renew(launcher: Launcher, language: Language): void {
    const old = this._panel;
    if (this._renewed || !old || !keeps()) return;
    this._renewed = true;
    fetched<Begin>(`${this._base}/static/widget.js`, "").then(
      (begin) => {
        if (this._panel !== old) return;
        old.destroy();
        launcher.root.adoptedStyleSheets = launcher.root.adoptedStyleSheets.slice(0, 1);
        const panel = (this._panel = begin(this._host(launcher, language)));
        this._loading = Promise.resolve(panel);
        if (launcher.hidden) panel.open(true);
      },
      () => (this._renewed = false),
    );
  }

  private _host(launcher: Launcher, language: Language): Host {
    return {
      options: this._settings,
      language,
      base: this._base,
      root: launcher.root,
      tokens: launcher.tokens,
      page: () => this._page(),
      user: () => this._rules.user,
      emit: (event, detail) => this._emit(event, detail),
      unread: (count) => launcher.unread(count),
      closed: () => {
        launcher.show();
        this._emit("close");
      },
      script: (...named) =>
        scripted<never>(this._base, ...named).catch((reason: unknown) => {
          if (reason instanceof Other) this._renew(launcher, language);
          throw reason;
        }),
      log: (text) => this._log(text),
    };
  }

  private _page(): Page {
    const { page, tellsPage } = this._settings;
    const { kind, title, url, referrer } = { ...page, ...this._context };
    const [name, at = "", from = ""] = tellsPage ? [document.title, location.href.split("#")[0], document.referrer] : [""];
    return { kind, title: title || name, url: url || at, referrer: referrer || from };
  }

  private _emit(event: string, detail?: unknown): void {
    for (const heard of this._heard.get(event) ?? []) safely(() => heard(detail));
  }

  private _log(text: string): void {
    console.error(`AIAssistant ${this._settings.assistant}: ${text}`);
  }
}

// The handle is there at once; what is asked of it before the widget is, is done then.
function begin(script: HTMLScriptElement): void {
  const here = window as unknown as Record<string, unknown>;
  if (here.AIAssistant) {
    console.info("AIAssistant: there is one on this page already; this script tag changes nothing.");
    return;
  }
  const base = new URL(script.src).origin + new URL(script.src).pathname.replace(/(\/static)?\/embed(\.\w+)?\.js$/, "");
  const attribute: Attributes = (name) => script.getAttribute(name);
  const assistant = (attribute("data-assistant-id") ?? "").trim();
  let guest: Guest | null = null;
  let ended = false;
  const waiting: (() => void)[] = [];
  const soon = (act: (guest: Guest) => void) => {
    const now = () => void (guest && safely(() => act(guest as Guest)));
    if (guest) now();
    else waiting.push(now);
  };
  here.AIAssistant = Object.freeze({
    open: () => soon((each) => each.open()),
    close: () => soon((each) => each.close()),
    toggle: () => soon((each) => each.toggle()),
    setContext: (page: unknown) => soon((each) => each.setContext(page)),
    identify: (user: unknown) => soon((each) => each.identify(user)),
    on: (event: unknown, heard: unknown) => {
      let off = () => {};
      if (typeof heard === "function") soon((each) => (off = each.on(String(event), heard as Heard)));
      return () => off();
    },
    destroy: () => {
      ended = true;
      guest?.destroy();
      delete here.AIAssistant;
    },
  });
  const start = async () => {
    const config = await settled(base, assistant);
    if (!config || ended) return;
    guest = safely(() => new Guest(base, attribute, config, rules(config, here.AIAssistantConfig as Rules))) ?? null;
    for (const act of waiting.splice(0)) act();
  };
  if (document.body) void start();
  else addEventListener("DOMContentLoaded", () => void start(), { once: true });
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement) safely(() => begin(script));
