// What browsers keep for a page, in memory.

export class Storage {
  readonly stored = new Map<string, string>();
  full = false;

  // What is kept are its own names, as in a browser.
  constructor() {
    return new Proxy(this, {
      ownKeys: ({ stored }) => [...stored.keys()],
      getOwnPropertyDescriptor: ({ stored }, name) =>
        stored.has(String(name)) ? { value: stored.get(String(name)), enumerable: true, configurable: true } : undefined,
    });
  }

  get length(): number {
    return this.stored.size;
  }

  getItem(name: string): string | null {
    return this.stored.get(name) ?? null;
  }

  setItem(name: string, value: string): void {
    if (this.full) throw new Error("full");
    this.stored.set(name, value);
  }

  removeItem(name: string): void {
    this.stored.delete(name);
  }
}
