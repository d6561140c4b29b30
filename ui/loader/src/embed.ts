// The one script of a page: reads its own tag, draws the launcher, fetches the widget when it is needed, and is the page's
// handle on both. It loads nothing from elsewhere, keeps nothing, and patches nothing.

import { byCanvas, solid } from "./color";
import { widget } from "./fetching";
import type { Host, Panel } from "./guest";
import { Launcher } from "./launcher";
import { onNavigation } from "./navigation";
import { type Attributes, type Config, options, type Page } from "./options";
import { type Rules, shows } from "./paths";
import { WORDS } from "./words";

type Heard = (detail?: unknown) => void;
const PHONE = "(max-width: 479px), (max-height: 459px)";

class Guest {
  private panel: Panel | null = null;
  private loading: Promise<Panel> | null = null;
  private launcher: Launcher | null = null;
  private readonly heard = new Map<string, Set<Heard>>();
  private context: Partial<Page> = {};
  private gone = false;
  private timer = 0;
  private readonly unlisten: () => void;
  private settings;

  constructor(private readonly base: string, attribute: Attributes, config: Config, private readonly rules: Rules) {
    this.settings = options(attribute, config, (given) => solid(given, byCanvas));
    this.unlisten = onNavigation(() => this.moved());
    this.place();
    if (this.settings.autoOpen) this.timer = setTimeout(() => this.autoOpen(), this.settings.autoOpenDelay);
  }

  open(byVisitor = true): void {
    if (this.gone || !this.launcher) return;
    const launcher = this.launcher;
    this.load().then(
      (panel) => {
        if (this.launcher !== launcher || launcher.hidden) return;
        panel.open(byVisitor);
        launcher.hide();
        this.emit("open");
      },
      (reason: unknown) => {
        this.log(String(reason));
        if (byVisitor) launcher.tease(this.settings.title, WORDS.unavailable);
      },
    );
  }

  close(): void {
    this.panel?.close();
  }

  toggle(): void {
    if (this.launcher?.hidden) this.close();
    else this.open();
  }

  setContext(given: unknown): void {
    const { kind, title, url } = (given ?? {}) as Record<string, unknown>;
    const said = (value: unknown) => (typeof value === "string" ? { value: value.slice(0, 500) } : null);
    this.context = Object.fromEntries(
      Object.entries({ kind, title, url }).flatMap(([name, value]) => {
        const found = said(value);
        return found ? [[name, found.value]] : [];
      }),
    );
  }

  on(event: string, heard: Heard): () => void {
    const all = this.heard.get(event) ?? new Set();
    this.heard.set(event, all.add(heard));
    return () => void all.delete(heard);
  }

  destroy(): void {
    if (this.gone) return;
    this.gone = true;
    clearTimeout(this.timer);
    this.unlisten();
    this.remove();
    this.heard.clear();
  }

  private moved(): void {
    // What was said of the page before is not true of this one.
    this.context = {};
    this.place();
    this.panel?.moved();
  }

  // Where the rules and the screen have it, there is a launcher; elsewhere nothing at all.
  private place(): void {
    const wanted = shows(location.pathname, this.rules) && !(this.settings.hideOnMobile && matchMedia(PHONE).matches);
    if (wanted && !this.launcher) {
      this.launcher = new Launcher(this.settings, () => this.open(), () => void this.load().catch(() => undefined));
    } else if (!wanted && this.launcher) this.remove();
  }

  private remove(): void {
    this.panel?.destroy();
    this.panel = this.loading = null;
    this.launcher?.remove();
    this.launcher = null;
  }

  private autoOpen(): void {
    if (!this.launcher || this.launcher.hidden) return;
    if (matchMedia(PHONE).matches) this.launcher.tease(this.settings.title, this.settings.welcome);
    else this.open(false);
  }

  private load(): Promise<Panel> {
    const launcher = this.launcher;
    if (!launcher) return Promise.reject(new Error("the widget does not show on this page"));
    this.loading ??= widget(this.base).then((begin) => {
      if (this.launcher !== launcher) throw new Error("the page went on meanwhile");
      return (this.panel = begin(this.host(launcher)));
    });
    this.loading.catch(() => (this.loading = null));
    return this.loading;
  }

  private host(launcher: Launcher): Host {
    return {
      options: this.settings,
      base: this.base,
      root: launcher.root,
      tokens: launcher.tokens,
      page: () => this.page(),
      emit: (event, detail) => this.emit(event, detail),
      unread: (count) => launcher.unread(count),
      closed: () => {
        launcher.show();
        this.emit("close");
      },
      log: (text) => this.log(text),
    };
  }

  private page(): Page {
    const { kind, title, url } = { ...this.settings.page, ...this.context };
    return { kind, title: title || document.title, url: url || location.href.split("#")[0] || "" };
  }

  private emit(event: string, detail?: unknown): void {
    for (const heard of this.heard.get(event) ?? []) safely(() => heard(detail));
  }

  private log(text: string): void {
    console.error(`AIAssistant ${this.settings.assistant}: ${text}`);
  }
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
