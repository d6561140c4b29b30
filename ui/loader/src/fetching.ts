// The widget's script: fetched once, when somebody is about to need it, and held to what this loader was made with.

import type { Begin } from "./guest";

export async function widget(base: string): Promise<Begin> {
  const address = `${base}/static/widget.js`;
  try {
    return await fetched(`${address}?v=${WIDGET_VERSION}`, WIDGET_INTEGRITY);
  } catch {
    // The installation was updated since this page was loaded: the one there is now comes from the same place.
    return fetched(address, "");
  }
}

function fetched(address: string, integrity: string): Promise<Begin> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script") as HTMLScriptElement & { begin?: Begin };
    script.src = address;
    script.integrity = integrity;
    script.crossOrigin = "anonymous";
    script.onload = () => (script.begin ? resolve(script.begin) : reject(new Error("the widget's script did not begin")));
    script.onerror = () => {
      script.remove();
      reject(new Error(`${address} could not be loaded`));
    };
    document.head.append(script);
  });
}
