// The preview of Settings, Integration: the widget itself, on a page without words that the panel's page has in a frame, and that
// tells what it shall look like. Nothing leaves it: what a widget asks the program is answered here.

import { byCanvas, solid } from "./color";
import { PHONE } from "./device";
import { scripted } from "./fetching";
import type { Begin, Host, Panel } from "./guest";
import { type Language, speaking } from "./language";
import { BELL, Launcher } from "./launcher";
import { type Config, type Options, options } from "./options";
import { contrast } from "./palette";
import { answered, type Sample, Stored } from "./rehearsal";

type Shown = "button" | "welcome" | "talk";

// What the panel's page says.
interface Told {
  look: Config;
  ground: "light" | "dark";
  shown: Shown;
  sample: Sample;
}

const phone = matchMedia(PHONE);
const NAME = "preview";
// Nobody looks on for ten minutes.
const WAITS_MS = 3000;
const home = new URL(location.href).origin;

class Preview {
  private _launcher: Launcher | null = null;
  private _panel: Panel | null = null;
  private _told: Told | null = null;
  private _timer = 0;
  // What it was built with: some of it is read once.
  private _built = "";
  private _teases = false;
  // Drawn anew by everybody who looks into it: the same object as long as the preview is there.
  private readonly _options = {} as Options;

  show(told: Told): void {
    this._told = told;
    const color = (given: string) => solid(given, byCanvas);
    const wanted = options((name) => (name === "data-assistant-id" ? NAME : null), told.look, color);
    const theme = wanted.theme === "auto" ? told.ground : wanted.theme;
    // A conversation is one of somebody who is signed in.
    const signIn = wanted.signIn && told.shown !== "talk";
    Object.assign(this._options, wanted, { theme, signIn });
    document.documentElement.dataset.ground = told.ground;
    if (wanted.hideOnMobile && phone.matches) this._clear();
    else if (!this._launcher || this._built !== this._once(told)) void this._build(told);
    else {
      this._launcher.paint();
      this._panel?.moved();
      this._tease(this._launcher);
    }
    this._tell(color(told.look.primary_color ?? ""));
  }

  resized(): void {
    if (this._told) this.show({ ...this._told });
  }

  // By itself it opens as it was to when the page was loaded.
  private _once({ look, shown, sample }: Told): string {
    const { ask, files, signIn, autoOpen, autoOpenDelay } = this._options;
    const opens = shown === "button" && [autoOpen, autoOpen && autoOpenDelay, autoOpen && phone.matches];
    return JSON.stringify([shown, look.language, ask, files, signIn, opens, sample.mails]);
  }

  private _clear(): void {
    clearTimeout(this._timer);
    this._teases = false;
    this._panel?.destroy();
    this._launcher?.remove();
    this._launcher = this._panel = null;
  }

  private async _build(told: Told): Promise<void> {
    this._clear();
    this._built = this._once(told);
    const launcher = (this._launcher = new Launcher(this._options, () => void this._open(told), () => {}));
    if (told.shown !== "button") return this._open(told);
    const { autoOpen, autoOpenDelay } = this._options;
    await this._speak(launcher, told);
    if (!autoOpen || launcher !== this._launcher) return;
    this._timer = setTimeout(() => {
      this._teases = phone.matches;
      if (this._teases) this._tease(launcher);
      else void this._open(told);
    }, Math.min(autoOpenDelay, WAITS_MS));
  }

  // What stands above the button on a phone follows the form, too.
  private _tease(launcher: Launcher): void {
    const { title, welcome } = this._options;
    if (this._teases) launcher.tease(title, welcome);
  }

  private _speak(launcher: Launcher, told: Told): Promise<Language> {
    return speaking(home, "", told.look.language, (text) => console.error(text))(launcher);
  }

  private async _open(told: Told): Promise<void> {
    const launcher = this._launcher;
    const begin = await scripted<Begin>(home, "widget", "");
    if (!launcher) return;
    const language = await this._speak(launcher, told);
    if (launcher !== this._launcher) return;
    stored.begun(`frontdesk.${NAME}`, told.shown === "talk");
    this._panel ??= begin(this._host(launcher, language));
    this._panel.open(false);
    launcher.hide();
  }

  private _host(launcher: Launcher, language: Language): Host {
    return {
      options: this._options,
      language,
      base: home,
      bell: BELL,
      root: launcher.root,
      tokens: launcher.tokens,
      page: () => ({ kind: "", title: "", url: "" }),
      user: () => undefined,
      emit: () => {},
      unread: (count) => launcher.unread(count),
      closed: () => launcher.show(),
      script: (...named) => scripted(home, ...named),
      log: (text) => console.error(text),
    };
  }

  // How the colour can be read; none where it is no colour.
  private _tell(color: string | null): void {
    const found = color && { white: contrast(color, "#ffffff"), dark: contrast(color, "#17191e") };
    parent.postMessage({ contrast: found, hidden: this._options.hideOnMobile && phone.matches }, home);
  }

  sample(): Sample {
    return this._told?.sample ?? { question: "", answer: "", mails: false };
  }
}

const stored = new Stored();
const preview = new Preview();
for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { value: stored });
window.fetch = answered(() => preview.sample());
addEventListener("message", (event) => {
  if (event.source === parent && event.origin === home) preview.show(event.data as Told);
});
phone.addEventListener("change", () => preview.resized());
parent.postMessage({ ready: true }, home);
