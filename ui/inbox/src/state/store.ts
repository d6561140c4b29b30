// The smallest store there can be: one immutable value, listeners told once per frame of work, a hook that picks from it.
import { useLayoutEffect, useReducer, useRef } from "preact/hooks";

export class Store<S> {
  private readonly listeners = new Set<() => void>();
  private told = true;

  constructor(private state: S) {}

  get(): S {
    return this.state;
  }

  set(change: Partial<S> | ((now: S) => Partial<S>)): void {
    const part = typeof change === "function" ? change(this.state) : change;
    if (!Object.entries(part).some(([name, value]) => this.state[name as keyof S] !== value)) return;
    this.state = { ...this.state, ...part };
    if (!this.told) return;
    this.told = false;
    queueMicrotask(() => {
      this.told = true;
      for (const listener of [...this.listeners]) listener();
    });
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

// What `pick` answers; the component is drawn anew when it answers something else (`===`).
export function useStore<S, T>(store: Store<S>, pick: (state: S) => T): T {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const latest = useRef({ pick, value: undefined as T });
  const value = pick(store.get());
  latest.current = { pick, value };
  useLayoutEffect(() => {
    const look = (): void => {
      if (latest.current.pick(store.get()) !== latest.current.value) redraw(undefined as never);
    };
    look();
    return store.subscribe(look);
  }, [store]);
  return value;
}
