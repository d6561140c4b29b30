// The one script of a page: reads its own tag, draws the launcher, fetches the widget when it is needed, and is the page's
// handle on both. It loads nothing from elsewhere, keeps nothing, and patches nothing.

import { hasBegun } from "./begun";
import { byCanvas, solid } from "./color";
import { scripted } from "./fetching";
import type { Begin, Host, Panel } from "./guest";
import { Launcher } from "./launcher";
import { onNavigation } from "./navigation";
import { type Attributes, type Config, options, type Page } from "./options";
import { type Rules, shows } from "./paths";
import { WORDS } from "./words";

type Heard = (detail?: unknown) => void;
const PHONE = "(max-width: 479px), (max-height: 459px)";

class Guest {
  private _panel: Panel | null = null;
  private _loading: Promise<Panel> | null = null;
  private _launcher: Launcher | null = null;
  private readonly _heard = new Map<string, Set<Heard>>();
  private _context: Partial<Page> = {};
  private _gone = false;
  private _timer = 0;
  private readonly _unlisten: () => void;
  private _settings;
  private _user: unknown;

  constructor(private readonly _base: string, attribute: Attributes, config: Config, private readonly _rules: Rules) {
    if ("user" in _rules) this._user = _rules.user ?? null;
    this._settings = options(attribute, config, (given) => solid(given, byCanvas));
    this._unlisten = onNavigation(() => this._moved());
    this._place();
    if (hasBegun(this._settings.assistant)) idle(() => void this._load().catch(() => undefined));
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
        if (byVisitor) launcher.tease(this._settings.title, WORDS.unavailable);
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
    const { kind, title, url } = (given ?? {}) as Record<string, unknown>;
    const said = (value: unknown) => (typeof value === "string" ? { value: value.slice(0, 500) } : null);
    this._context = Object.fromEntries(
      Object.entries({ kind, title, url }).flatMap(([name, value]) => {
        const found = said(value);
        return found ? [[name, found.value]] : [];
      }),
    );
  }

  // Who is signed in on the page: what proves it goes to the program as it is. Null: nobody any more.
  identify(user: unknown): void {
    this._user = user && typeof user === "object" ? user : null;
    if (this._panel) this._panel.identified();
    else if (hasBegun(this._settings.assistant)) idle(() => void this._load().catch(() => undefined));
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
      this._launcher = new Launcher(this._settings, () => this.open(), () => void this._load().catch(() => undefined));
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
    if (matchMedia(PHONE).matches) this._launcher.tease(this._settings.title, this._settings.welcome);
    else this.open(false);
  }

  private _load(): Promise<Panel> {
    const launcher = this._launcher;
    if (!launcher) return Promise.reject(new Error("the widget does not show on this page"));
    this._loading ??= scripted<Begin>(this._base, "widget", WIDGET_VERSION, WIDGET_INTEGRITY).then((begin) => {
      if (this._launcher !== launcher) throw new Error("the page went on meanwhile");
      return (this._panel = begin(this._host(launcher)));
    });
    this._loading.catch(() => (this._loading = null));
    return this._loading;
  }

  private _host(launcher: Launcher): Host {
    return {
      options: this._settings,
      base: this._base,
      root: launcher.root,
      tokens: launcher.tokens,
      page: () => this._page(),
      user: () => this._user,
      emit: (event, detail) => this._emit(event, detail),
      unread: (count) => launcher.unread(count),
      closed: () => {
        launcher.show();
        this._emit("close");
      },
      script: (...named) => scripted(this._base, ...named),
      log: (text) => this._log(text),
    };
  }

  private _page(): Page {
    const { kind, title, url } = { ...this._settings.page, ...this._context };
    return { kind, title: title || document.title, url: url || location.href.split("#")[0] || "" };
  }

  private _emit(event: string, detail?: unknown): void {
    for (const heard of this._heard.get(event) ?? []) safely(() => heard(detail));
  }

  private _log(text: string): void {
    console.error(`AIAssistant ${this._settings.assistant}: ${text}`);
  }
}

// Not every browser tells when it has time.
function idle(act: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(act);
  else setTimeout(act, 1000);
}

function safely<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    console.error("AIAssistant:", error);
    return undefined;
  }
}

// The handle is there at once; what is asked of it before the widget is, is done then.
function begin(script: HTMLScriptElement): void {
  const here = window as unknown as Record<string, unknown>;
  if (here.AIAssistant) {
    console.info("AIAssistant: there is one on this page already; this script tag changes nothing.");
    return;
  }
  const base = new URL(script.src).origin + new URL(script.src).pathname.replace(/\/embed\.js$/, "");
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
    guest = safely(() => new Guest(base, attribute, config, (here.AIAssistantConfig ?? {}) as Rules)) ?? null;
    for (const act of waiting.splice(0)) act();
  };
  if (document.body) void start();
  else addEventListener("DOMContentLoaded", () => void start(), { once: true });
}

// What the installation says of this channel; null when it says that there is none for this page.
async function settled(base: string, assistant: string): Promise<Config | null> {
  if (!/^[a-z0-9_-]{2,64}$/i.test(assistant)) {
    console.error("AIAssistant: data-assistant-id of the script tag is missing, or is none.");
    return null;
  }
  try {
    const answer = await fetch(`${base}/widget/${assistant}/config`, { credentials: "omit" });
    if (answer.ok) return (await answer.json()) as Config;
    const why = (await answer.json().catch(() => ({}))) as { detail?: string };
    console.error(`AIAssistant ${assistant}: ${why.detail ?? answer.status}`);
    return null;
  } catch {
    // No connection just now: the launcher is there all the same, and says so when it is opened.
    return {};
  }
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement) safely(() => begin(script));
