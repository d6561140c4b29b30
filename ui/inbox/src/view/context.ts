// The running inbox for every component below, and hooks that pick from it.
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { App, Window_ } from "../state/app";
import type { Desk } from "../state/desk";
import { useStore } from "../state/store";

export const Running = createContext<App | null>(null);

export function useApp(): App {
  return useContext(Running)!;
}

export function useDesk<T>(pick: (desk: Desk) => T): T {
  return useStore(useApp().desk, pick);
}

export function useWindow<T>(pick: (window: Window_) => T): T {
  return useStore(useApp().window, pick);
}

export const PHONE = "(max-width: 767px)";

// The time, again every so many seconds.
export function useNow(every_s: number): number {
  const [now, set] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => set(Date.now()), every_s * 1000);
    return () => clearInterval(timer);
  }, [every_s]);
  return now;
}

export function useMedia(query: string): boolean {
  const [fits, set] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const look = (): void => set(list.matches);
    list.addEventListener("change", look);
    return () => list.removeEventListener("change", look);
  }, [query]);
  return fits;
}
