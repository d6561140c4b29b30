// What browsers keep for a page, in memory.

export class Storage {
  readonly stored = new Map<string, string>();
  full = false;

  get length(): number {
    return this.stored.size;
  }

  key(at: number): string | null {
    return [...this.stored.keys()][at] ?? null;
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
