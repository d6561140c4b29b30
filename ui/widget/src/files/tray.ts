// Files that the visitor attaches: each is sent at once and waits for its message, or goes out with the message when there
// was no connection. What the program refuses says why, and can be taken away.

import type { Chat } from "../view/chat";
import type { Key } from "../text/words";
import { put } from "../wire/kept";
import type { Attached, Waiting } from "../wire/types";
import { type Sending, send } from "./sending";
import { freshKey, Shelf } from "./shelf";

const AGAIN_MS = 5000;
// How long one that the program puts off is tried again; then that is said, and what was written after it goes on.
const PUT_OFF_MS = 120_000;

interface Failed {
  status?: number;
  retryAfter?: number;
  about?: string;
}

export interface Item extends Attached {
  up: number;
  why?: Key;
  sending?: Sending;
}

export class Tray {
  items: Item[] = [];
  private _ended = false;
  // More were chosen than can be sent at a time.
  over = false;
  // Of messages that wait, by key: what is known of them on this page.
  private readonly _leaving = new Map<string, Item>();
  // Since when the program has put them off, by key.
  private readonly _putOff = new Map<string, number>();
  private readonly _shelf: Shelf;

  constructor(private readonly _chat: Chat) {
    this._shelf = new Shelf(`${_chat.keep.name}.files`);
    void this._shelf.keep(_chat.keep.waiting.flatMap((each) => each.files ?? []).map((each) => each.key));
  }

  // Whether there is something to send.
  get ready(): boolean {
    return this.items.some((item) => !item.why);
  }

  async add(files: File[]): Promise<void> {
    const { most = 0, bytes = 0 } = this._chat.host.options.files ?? {};
    const room = most - this.items.filter((item) => !item.why).length;
    this.over = files.length > room;
    const fresh = files.slice(0, Math.max(0, room)).map((file) => {
      const item: Item = { key: freshKey(), name: file.name, size: file.size, up: 0 };
      if (file.size > bytes) item.why = "too_large";
      else if (!file.size) item.why = "empty";
      return [item, file] as const;
    });
    this.items = [...this.items, ...fresh.map(([item]) => item)];
    this._changed();
    for (const [item, file] of fresh) {
      if (item.why) continue;
      await this._shelf.put(item.key, file);
      if (this._ended) return void this._shelf.drop([item.key]);
      void this._try(item);
    }
  }

  remove(item: Item): void {
    this.items = this.items.filter((each) => each !== item);
    this.over = false;
    item.sending?.stop();
    void this._shelf.drop([item.key]);
    this._changed();
  }

  // The visitor has gone from here: what no message has taken goes too, and what waits is sent by whoever finds it.
  end(): void {
    this._ended = true;
    for (const item of [...this.items, ...this._leaving.values()]) item.sending?.stop();
    void this._shelf.drop(this.items.map((item) => item.key));
    this._shelf.end();
    this.items = [];
  }

  again(item: Item): void {
    delete item.why;
    this._changed();
    void this._try(item);
  }

  // What goes along with a message that is written now; what was refused is gone from here too, and what was put off
  // stays.
  taken(): Attached[] {
    const going = this.items.filter((item) => !item.why);
    for (const item of this.items) {
      if (!item.why) this._leaving.set(item.key, item);
      else if (item.why !== "put_off") void this._shelf.drop([item.key]);
    }
    this.items = this.items.filter((item) => item.why === "put_off");
    this.over = false;
    return going.map(({ key, name, size, id }) => ({ key, name, size, ...(id ? { id } : {}) }));
  }

  // How much of a file of a waiting message has gone.
  gone(file: Attached): number {
    return file.id ? file.size : this._leaving.get(file.key)?.up ?? 0;
  }

  // Sends the files of a message and then, by `post`, the message with their ids.
  async carry<T>(message: Waiting, post: (ids: string[]) => Promise<T>): Promise<T> {
    const files = message.files ?? [];
    const ids: string[] = [];
    for (const file of files) {
      try {
        ids.push(file.id ?? (await this._id(file)));
      } catch (error) {
        this._refused(message.id, this._why(file.key, error as Failed));
        throw error;
      }
      this._note(message.id, file.key, ids.at(-1));
    }
    try {
      const made = await post(ids);
      this.forget(message);
      return made;
    } catch (error) {
      // Handed in by a visitor who is not known any more: they go out once more.
      const { status, about } = error as Failed;
      if (status === 401 || (status === 422 && !about)) {
        for (const file of files) {
          delete this._leaving.get(file.key)?.id;
          this._note(message.id, file.key, undefined);
        }
      }
      throw error;
    }
  }

  forget(message: Waiting): void {
    const keys = (message.files ?? []).map((file) => file.key);
    for (const key of keys) {
      this._leaving.get(key)?.sending?.stop();
      this._leaving.delete(key);
      this._putOff.delete(key);
    }
    void this._shelf.drop(keys);
  }

  private async _id(file: Attached): Promise<string> {
    const item = this._leaving.get(file.key) ?? { ...file, up: 0 };
    this._leaving.set(file.key, item);
    return item.id ?? this._sent(item);
  }

  // One that waits above the field: until it is there, refused, or taken away.
  private async _try(item: Item): Promise<void> {
    try {
      await this._sent(item);
      this._chat.announce(this._chat.say("attached", { name: item.name }));
    } catch (error) {
      if (!this.items.includes(item)) return;
      const { retryAfter = 0 } = error as Failed;
      const why = this._why(item.key, error as Failed);
      if (why) item.why = why;
      else setTimeout(() => this.items.includes(item) && !item.sending && void this._try(item), Math.max(AGAIN_MS, retryAfter * 1000));
    }
    this._changed();
  }

  private async _sent(item: Item): Promise<string> {
    const { talk } = this._chat;
    const file = await this._shelf.get(item.key);
    if (!talk) throw new Error("there is nobody to send it to yet");
    if (!file) throw talk.wire.refusal(410, "", 0);
    item.sending ??= send(talk, file, item.name, (bytes) => {
      item.up = Math.min(bytes, item.size);
      this._changed();
    });
    try {
      item.id = await item.sending.id;
      item.up = item.size;
      return item.id;
    } catch (error) {
      item.up = 0;
      throw error;
    } finally {
      delete item.sending;
    }
  }

  // What a visitor is told when one was not taken; nothing while it is tried again by itself.
  private _why(key: string, { status, retryAfter = 0, about }: Failed): Key | undefined {
    // No matter of the file.
    if (about) return undefined;
    if (status !== 429 && !retryAfter) return reason(status);
    const now = Date.now();
    const since = this._putOff.get(key) ?? now;
    const over = now + retryAfter * 1000 > since + PUT_OFF_MS;
    if (over) this._putOff.delete(key);
    else this._putOff.set(key, since);
    return over ? "put_off" : undefined;
  }

  // That it cannot be sent is said with the message.
  private _refused(id: string, why: Key | undefined): void {
    const { keep } = this._chat;
    keep.load();
    const found = keep.waiting.find((each) => each.id === id);
    if (found && why) put(keep, { ...found, why });
  }

  // So that a message that is tried again names the same files.
  private _note(message: string, key: string, id: string | undefined): void {
    const { keep } = this._chat;
    keep.load();
    const found = keep.waiting.find((each) => each.id === message);
    if (!found?.files) return;
    const files = found.files.map((file) => ({ ...file, id: file.key === key ? id : file.id }));
    put(keep, { ...found, files });
  }

  private _changed(): void {
    this._chat.changed();
  }
}

function reason(status: number | undefined): Key | undefined {
  if (status === 413) return "why_long";
  if (status === 422) return "other_kind";
  if (status === 410) return "gone";
  return status === 403 ? "not_taken" : undefined;
}
