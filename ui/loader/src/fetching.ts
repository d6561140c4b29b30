// The widget's script: fetched once, when somebody is about to need it.

import type { Begin } from "./guest";

export function widget(base: string): Promise<Begin> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script") as HTMLScriptElement & { begin?: Begin };
    script.src = `${base}/static/widget.js?v=${WIDGET_VERSION}`;
    script.integrity = WIDGET_INTEGRITY;
    script.crossOrigin = "anonymous";
    script.async = true;
    script.onload = () => (script.begin ? resolve(script.begin) : reject(new Error("the widget's script did not begin")));
    script.onerror = () => reject(new Error(`${script.src} could not be loaded`));
    document.head.append(script);
  });
}
