// Files that wait to be sent, kept on the device beside their messages. Where a browser keeps none, they last as long as the
// page.

import { randomId } from "../wire/keep";

const STORE = "files";
const DAY_MS = 86_400_000;

// What a file is kept under says since when.
export const freshKey = () => `${Date.now()}-${randomId()}`;

export class Shelf {
  private readonly _here = new Map<string, Blob>();
  private _opened: Promise<IDBDatabase | null> | null = null;
  // How many things are being done just now.
  private _doing = 0;
  private _ended = false;
  // Whoever it is of has signed out, and it is taken away.
  private _gone = false;

  constructor(private readonly _name: string) {}

  async put(key: string, file: Blob): Promise<void> {
    this._here.set(key, file);
    await this._done("readwrite", (store) => store.put(file, key));
  }

  async get(key: string): Promise<Blob | null> {
    const found = this._here.get(key) ?? (await this._done("readonly", (store) => store.get(key)));
    return found instanceof Blob ? found : null;
  }

  async drop(keys: string[]): Promise<void> {
    for (const key of keys) {
      this._here.delete(key);
      await this._done("readwrite", (store) => store.delete(key));
    }
  }

  // Nothing of it stays open in the page; what is still put or dropped after it is done all the same.
  end(): void {
    this._ended = true;
    void this._rest();
  }

  private async _rest(): Promise<void> {
    if (!this._ended || this._doing) return;
    const base = await this._opened;
    if (this._doing) return;
    this._opened = null;
    base?.close();
  }

  // All but these go: nobody is left who could send them. One of today another tab may have, and no message yet.
  async keep(keys: string[]): Promise<void> {
    const all = await this._done("readonly", (store) => store.getAllKeys());
    const old = (key: string) => !(Number.parseInt(key, 10) > Date.now() - DAY_MS);
    if (Array.isArray(all)) await this.drop(all.map(String).filter((key) => old(key) && !keys.includes(key)));
  }

  private async _done(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
    if (this._gone) return null;
    this._doing += 1;
    const base = await (this._opened ??= opened(this._name, () => (this._gone = true)));
    const result = base && (await this._changed(base, mode, act));
    this._doing -= 1;
    await this._rest();
    return result;
  }

  private _changed(base: IDBDatabase, mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
    return new Promise((resolve) => {
      try {
        const change = base.transaction(STORE, mode);
        const asked = act(change.objectStore(STORE));
        change.oncomplete = () => resolve(asked.result);
        // It is in memory all the same.
        change.onabort = change.onerror = () => resolve(null);
      } catch {
        resolve(null);
      }
    });
  }
}

function opened(name: string, gone: () => void): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    try {
      const asked = indexedDB.open(name, 1);
      asked.onupgradeneeded = () => void asked.result.createObjectStore(STORE);
      asked.onsuccess = () => {
        asked.result.onversionchange = () => {
          gone();
          asked.result.close();
        };
        resolve(asked.result);
      };
      asked.onerror = asked.onblocked = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}
