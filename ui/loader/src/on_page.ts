// The chat of a page: its launcher where there shall be one, the widget as soon as it is needed, and what the page says of itself.
// The page's handle on it is in embed.ts.

import { byCanvas, solid } from "./color";
import { hasBegun, idle, inTab, keeps, PHONE } from "./device";
import { fetched, Other, parts, scripted } from "./fetching";
import type { Begin, Host, Panel } from "./guest";
import { type Language, speaking } from "./language";
import { BELL, Launcher } from "./launcher";
import { address, onNavigation } from "./navigation";
import { type Attributes, type Config, contextOf, options, type Page, pageOf } from "./options";
import { type Rules, shows } from "./paths";

export class Guest {
  private _panel: Panel | null = null;
  private _loading: Promise<Panel> | null = null;
  private _launcher: Launcher | null = null;
  // What the tag says of the page, and what the page says of itself.
  private _own: Page;
  private _context = contextOf({});
  // Somebody has asked for the window, and for nothing else since.
  private _wanted = false;
  private _renewed = false;
  private _timer = 0;
  private readonly _speak: (launcher: Launcher) => Promise<Language>;
  private readonly _navigation;
  private _settings;

  constructor(
    private readonly _base: string,
    attribute: Attributes,
    config: Config,
    private readonly _rules: Rules,
    private readonly _emit: Host["emit"],
  ) {
    this._speak = speaking(_base, attribute("data-language") ?? "", config.language, (text) => this._log(text));
    this._settings = options(attribute, config, (given) => solid(given, byCanvas));
    this._own = pageOf(attribute);
    this._place();
    this._navigation = onNavigation(() => this._moved());
    this._look();
    if (this._settings.autoOpen && inTab(this._settings.assistant) === null) this._timer = setTimeout(() => this._autoOpen(), this._settings.autoOpenDelay);
  }

  // `again`: as it was on the page before.
  open(byVisitor = true, again = false): void {
    const launcher = this._launcher;
    if (!launcher) return;
    this._wanted = true;
    clearTimeout(this._timer);
    this._load().then(
      (panel) => {
        if (this._launcher !== launcher || launcher.hidden || !this._wanted) return;
        launcher.tokens.classList.toggle("still", again);
        panel.open(byVisitor);
        launcher.hide();
        this._tell("open");
      },
      (reason: unknown) => {
        this._wanted = false;
        this._log(String(reason));
        if (byVisitor) void this._speak(launcher).then(() => launcher.tease("", launcher.words.unavailable, "alert"));
      },
    );
  }

  close(): void {
    if (this._wanted) inTab(this._settings.assistant, false);
    this._wanted = false;
    clearTimeout(this._timer);
    this._panel?.close();
  }

  toggle(): void {
    if (this._wanted) this.close();
    else this.open();
  }

  setContext(given: unknown): void {
    this._navigation.look();
    this._context = contextOf(given ?? {});
  }

  // What proves who is signed in goes to the program as it is. Null: nobody is any more.
  identify(user: unknown): void {
    this._rules.user = user && typeof user === "object" ? user : null;
    if (this._panel) this._panel.identified();
    else this._look();
  }

  private _look(): void {
    if (hasBegun(this._settings.assistant)) idle(this._soon);
  }

  destroy(): void {
    clearTimeout(this._timer);
    this._navigation.end();
    this._remove();
  }

  private _moved(): void {
    // What was said of the page before is not true of this one.
    this._own = this._context = contextOf({});
    this._place();
    this._panel?.moved();
  }

  // Where the rules and the screen have it, there is a launcher; elsewhere nothing at all.
  private _place(): void {
    const wanted = shows(location.pathname, this._rules) && !(this._settings.hideOnMobile && matchMedia(PHONE).matches);
    if (wanted && !this._launcher) {
      const launcher = new Launcher(this._settings, () => this.open(), this._soon);
      this._launcher = launcher;
      idle(() => void this._speak(launcher));
      if (inTab(this._settings.assistant) && !matchMedia(PHONE).matches) this.open(false, true);
    } else if (!wanted && this._launcher) this._remove();
  }

  private _remove(): void {
    this._panel?.destroy();
    this._panel = this._loading = null;
    this._wanted = false;
    this._launcher?.remove();
    this._launcher = null;
  }

  private _autoOpen(): void {
    const launcher = this._launcher;
    if (launcher && matchMedia(PHONE).matches) void this._speak(launcher).then(() => launcher.tease(this._settings.title, this._settings.welcome));
    else this.open(false);
  }

  private readonly _soon = () => void this._load().catch(() => undefined);

  private _load(): Promise<Panel> {
    const launcher = this._launcher;
    const nowhere = "not here";
    if (!launcher) return Promise.reject(nowhere);
    const widget = () => scripted<Begin>(this._base, "widget", WIDGET_SUM);
    this._loading ??= Promise.all([widget(), this._speak(launcher)]).then(([begin, language]) => {
      if (this._launcher !== launcher) throw nowhere;
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
    const begun = fetched<Begin>(`${this._base}/static/widget.js`, "");
    begun.then(
      (begin) => {
        parts.clear();
        parts.set("widget", begun);
        if (this._panel !== old) return;
        const takesFocus = !!launcher.root.activeElement;
        old.destroy();
        launcher.root.adoptedStyleSheets = launcher.root.adoptedStyleSheets.slice(0, 1);
        const panel = (this._panel = begin(this._host(launcher, language)));
        this._loading = Promise.resolve(panel);
        launcher.tokens.classList.toggle("still", true);
        if (launcher.hidden) panel.open(takesFocus);
      },
      () => (this._renewed = false),
    );
  }

  private _host(launcher: Launcher, language: Language): Host {
    return {
      options: this._settings,
      language,
      base: this._base,
      bell: BELL,
      root: launcher.root,
      tokens: launcher.tokens,
      page: () => this._page(),
      user: () => this._rules.user,
      emit: this._tell,
      unread: (count) => launcher.unread(count),
      closed: () => {
        this.close();
        launcher.show();
        this._tell("close");
      },
      script: (...named) =>
        scripted<never>(this._base, ...named).catch((reason: unknown) => {
          if (reason instanceof Other) this._renew(launcher, language);
          throw reason;
        }),
      log: (text) => this._log(text),
    };
  }

  // What is said while the window is closed tells nothing of it.
  private readonly _tell: Host["emit"] = (event, detail) => {
    if (this._wanted) inTab(this._settings.assistant, true);
    this._emit(event, detail);
  };

  private _page(): Page {
    this._navigation.look();
    const found = contextOf(this._settings.tellsPage ? { title: document.title, url: address() } : {});
    const of = (name: Exclude<keyof Page, "referrer">) => this._context[name] || this._own[name] || found[name];
    return { kind: of("kind"), title: of("title"), url: of("url"), referrer: (this._settings.tellsPage && document.referrer) || undefined };
  }

  private _log(text: string): void {
    console.error(`AIAssistant ${this._settings.assistant}: ${text}`);
  }
}
