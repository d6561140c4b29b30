// Scripts of ours that a page did not name: fetched when somebody is about to need them, and held to what they were built with.

// Whoever holds this script to a sum holds all that it fetches: nothing takes the place of what has another sum.
const held = !!(globalThis.document?.currentScript as HTMLScriptElement | null)?.integrity;

// It came, and was made for another widget than the one that asked for it.
export class Other extends Error {}

// What a script leaves on its own element; `kit` is what it finds there.
export async function scripted<T>(base: string, name: string, version: string, integrity: string, kit?: unknown): Promise<T> {
  const address = `${base}/static/${name}.js`;
  try {
    return await fetched(`${address}?v=${version}`, integrity, kit);
  } catch {
    // The installation was updated since this page was loaded: the one there is now comes from the same place.
    return fetched(address, "", kit);
  }
}

export function fetched<T>(address: string, integrity: string, kit?: unknown): Promise<T> {
  if (held && !integrity) return Promise.reject(new Error(`${address} is not what this page is held to`));
  return new Promise((resolve, reject) => {
    const script = document.createElement("script") as HTMLScriptElement & { begin?: T; kit?: unknown };
    const failed = (why: Error) => {
      script.remove();
      reject(why);
    };
    script.kit = kit;
    script.src = address;
    script.integrity = integrity;
    script.crossOrigin = "anonymous";
    script.onload = () => (script.begin ? resolve(script.begin) : failed(new Other(`${address} is of another version`)));
    script.onerror = () => failed(new Error(`${address} could not be loaded`));
    document.head.append(script);
  });
}
