// What every part of the window works with: the conversation, its words, and what a visitor can do with it.

import type { Host } from "../../../loader/src/guest";
import { Fetched } from "../on_demand/fetched";
import type { Filing } from "../files/main";
import type { Tray } from "../files/tray";
import type { Listing } from "../list/main";
import type { More } from "../more/main";
import type { Forms } from "../forms/main";
import type { Rich } from "../rich/main";
import type { Talking } from "../talk/main";
import type { Talk, Trouble } from "../talk/talk";
import { ENGLISH, type Key, said, speak, type Values } from "../text/words";
import { Keep, leave, randomId } from "../wire/keep";
import type { Attached, Waiting } from "../wire/types";
import { idOf } from "../wire/who";

const AGAIN_MS = 5000;

export class Chat {
  // Of the words, which are what a screen reader reads out; and of dates.
  readonly language: string;
  readonly dir: "ltr" | "rtl";
  // There from the first word on, or when something was said before.
  talk: Talk | null = null;
  list: Listing | null = null;
  // The parts that talk could not be had.
  unreachable = false;
  // What is read out.
  announced = "";
  // How often something was: the same words again are read out again.
  spoken = 0;
  // Pictures, files, cards and sources are drawn by it.
  readonly rich: Fetched<Rich>;
  // The menu, and what is in it.
  readonly more: Fetched<More>;
  // What is filled in besides messages.
  readonly forms: Fetched<Forms>;
  // What a visitor sends files with, from the first one on.
  readonly files: Fetched<Filing>;
  tray: Tray | null = null;
  private _given: File[] = [];
  private readonly _talking: Fetched<Talking>;
  private readonly _listing: Fetched<Listing>;
  private _isOpen = false;
  private _ended = false;
  // What waits to be sent, which may be there before anything that sends is.
  readonly keep: Keep;
  private _timer = 0;
  // Who is signed in on the page, empty for nobody.
  readonly user: string;

  readonly changed: () => void;

  constructor(readonly host: Host, changed: () => void) {
    const language = host.language ?? ENGLISH;
    this.language = language.tag;
    this.dir = language.dir;
    speak(language);
    this.changed = () => {
      if (this._ended) return;
      host.unread(this.talk?.unread ?? 0);
      changed();
    };
    this.rich = new Fetched(host, "rich", this.changed);
    this.more = new Fetched(host, "more", this.changed);
    this.forms = new Fetched(host, "forms", this.changed);
    this.files = new Fetched(host, "files", this.changed);
    this._talking = new Fetched(host, "talk", this.changed);
    this._listing = new Fetched(host, "list", this.changed);
    this.user = idOf(host.user());
    const { assistant } = host.options;
    const left = host.user() === undefined ? [] : leave(assistant, this.user);
    if (left.length) void this._talking.load().then(({ signOut }) => signOut(host.base, assistant, left));
    this.keep = new Keep(assistant, this.user);
    // There may be news.
    if (this.keep.begun) void this.begin();
    addEventListener("storage", this._stored);
  }

  // The page has said again who is signed in; false where that is somebody else.
  identified(): boolean {
    if (idOf(this.host.user()) !== this.user || this.host.user() === null) return false;
    if (this.talk) this.talk.signing.barred = "";
    this.again();
    return true;
  }

  // Why the visitor cannot write, where that is so: they are not signed in, or not any more.
  get barred(): "" | "sign_in" | "signed_out" {
    return this.talk?.signing.barred || (this.host.options.signIn && !this.user ? "sign_in" : "");
  }

  // Begun in another tab it is begun here; from then on the conversation looks by itself.
  private readonly _stored = () => {
    if (this.talk) return;
    this.keep.load();
    if (this.keep.begun) void this.begin();
  };

  // Whether something is asked before the first message: not of whom we know.
  get asks(): boolean {
    return !!this.host.options.ask && !this.user && !this.keep.begun && !this.keep.about;
  }

  open(): void {
    this._isOpen = true;
    // What somebody who is signed in said on another device is theirs here too.
    if (this.talk || this.keep.begun || this.user) void this.begin();
  }

  close(): void {
    this._isOpen = false;
    this.talk?.close();
  }

  end(): void {
    this._ended = true;
    clearTimeout(this._timer);
    removeEventListener("storage", this._stored);
    this.talk?.end();
    this.tray?.end();
  }

  // What cannot be fetched just now is tried again.
  async begin(): Promise<void> {
    clearTimeout(this._timer);
    try {
      const [{ Talk, Signing, chime }, list] = await Promise.all([this._talking.load(), this._listing.load()]);
      if (this._ended) return;
      this.list = list;
      const { base, options } = this.host;
      const heard = () => void (options.sound && !this.keep.quiet && chime());
      const signing = new Signing(() => (this.user ? this.host.user() : undefined), (why) => this._signedOut(why));
      this.talk ??= new Talk(base, options.assistant, this.keep, this.changed, heard, signing, (message, post) => this._carried(message, post));
      if (this._isOpen) this.talk.open();
      else this.talk.again();
      await this._filing();
      if (this._given.length) void this.tray?.add(this._given.splice(0));
      this.unreachable = false;
    } catch {
      this.unreachable = true;
      if (!this._ended) this._timer = setTimeout(() => void this.begin(), AGAIN_MS);
    }
    this.changed();
  }

  // There is a tray where there is something to put into it.
  private async _filing(): Promise<void> {
    if (this.tray || !(this._given.length || this.keep.waiting.some((each) => each.files))) return;
    const { Tray } = await this.files.load();
    this.tray ??= new Tray(this);
  }

  private async _carried<T>(message: Waiting, post: (ids: string[]) => Promise<T>): Promise<T> {
    await this._filing();
    return this.tray ? this.tray.carry(message, post) : post([]);
  }

  // Whether there are any, and they may be sent here.
  attach(files: FileList | null | undefined): boolean {
    if (!files?.length || !this.host.options.files) return false;
    this._given.push(...files);
    void this.begin();
    return true;
  }

  // The page may say anew who is signed in; why it has to is for its author.
  private _signedOut(why: string): void {
    this.host.log(why);
    this.host.emit("signed_out");
  }

  get trouble(): Trouble {
    return this.unreachable ? "offline" : this.talk?.trouble ?? "";
  }

  again(): void {
    if (this.talk) this.talk.again();
    else void this.begin();
  }

  say(key: Key, values: Values = {}): string {
    return said(key, values);
  }

  announce(text: string): void {
    this.announced = text;
    this.spoken++;
    this.changed();
  }

  // What the visitor writes is said on the page that they are on.
  send(text: string, payload?: string, files: Attached[] = []): void {
    const beside = { ...(payload && payload !== text ? { payload } : {}), ...(files.length ? { files } : {}) };
    this.keep.add({ id: randomId(), at: Date.now(), text, page: this.host.page(), language: this.language, ...beside });
    this.changed();
    if (this.talk) this.talk.send();
    else void this.begin();
    this.host.emit("message", { by: "you", text });
  }

  // Once, though it may be tapped again before it is drawn: where something waits, there is nothing to tap.
  tap(text: string, payload?: string): void {
    if (!this.keep.waiting.length) this.send(text, payload);
  }

  // Who answers, when it is no person.
  get name(): string {
    return this.host.options.title || this.say("assistant");
  }
}
