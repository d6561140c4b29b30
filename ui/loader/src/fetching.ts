// Scripts of ours that a page did not name: fetched when somebody is about to need them, once, and held to what they were built
// with. None of them stays in the page.

// A module is not told which tag it is of.
const { document: page } = globalThis;
export const tag = (page?.currentScript ?? page?.querySelector('[type=module][data-assistant-id]')) as HTMLScriptElement | null;

// Whoever holds this script to a sum holds all that it fetches: nothing takes the place of what has another sum.
const held = !!tag?.integrity;

// It came, and was made for another widget than the one that asked for it.
export class Other extends Error {}

// What has come or is on its way, by name.
export const parts = new Map<string, Promise<unknown>>();

// What a script leaves on its own element; `kit` is what it finds there. Its version is the beginning of its sum.
export function scripted<T>(base: string, name: string, integrity: string, kit?: unknown): Promise<T> {
  const address = `${base}/static/${name}.js`;
  // Where the installation was updated since this page was loaded, the one there is now comes from the same place.
  const found = (parts.get(name) as Promise<T>) ?? fetched<T>(`${address}?v=${integrity.slice(7, 19)}`, integrity, kit).catch(() => fetched<T>(address, "", kit));
  parts.set(name, found);
  found.catch(() => parts.delete(name));
  return found;
}

export function fetched<T>(address: string, integrity: string, kit?: unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    if (held && !integrity) throw new Error(`${address} has no sum`);
    const script = document.createElement("script") as HTMLScriptElement & { begin?: T; kit?: unknown };
    const done = (why: Error) => () => {
      script.remove();
      if (script.begin) resolve(script.begin);
      else reject(why);
    };
    script.kit = kit;
    script.src = address;
    script.integrity = integrity;
    script.crossOrigin = "anonymous";
    script.onload = done(new Other(`${address} is of another version`));
    script.onerror = done(new Error(`${address} did not load`));
    document.head.append(script);
  });
}
