// Files that wait to be sent, kept on the device beside their messages. Where a browser keeps none, they last as long as the
// page.

const STORE = "files";

export class Shelf {
  private readonly _here = new Map<string, Blob>();
  private _opened: Promise<IDBDatabase | null> | null = null;

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

  // All but these go: nobody is left who could send them.
  async keep(keys: string[]): Promise<void> {
    const all = await this._done("readonly", (store) => store.getAllKeys());
    if (Array.isArray(all)) await this.drop(all.map(String).filter((key) => !keys.includes(key)));
  }

  private async _done(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
    const base = await (this._opened ??= opened(this._name));
    if (!base) return null;
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

function opened(name: string): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    try {
      const asked = indexedDB.open(name, 1);
      asked.onupgradeneeded = () => void asked.result.createObjectStore(STORE);
      asked.onsuccess = () => {
        // Whoever it is of has signed out, and it is taken away.
        asked.result.onversionchange = () => asked.result.close();
        resolve(asked.result);
      };
      asked.onerror = asked.onblocked = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}
