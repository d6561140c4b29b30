// When the page goes on to another address without being loaded anew. Nothing of the page's is patched: where the browser
// does not tell, the address is looked at once a second.

const LOOK_MS = 1000;

interface Navigation extends EventTarget {
  currentEntry?: unknown;
}

export function onNavigation(changed: () => void): () => void {
  let at = location.href;
  const look = () => {
    if (location.href === at) return;
    at = location.href;
    changed();
  };
  const navigation = (window as { navigation?: Navigation }).navigation;
  const told: [EventTarget, string][] = [
    [window, "popstate"],
    [window, "hashchange"],
  ];
  if (navigation?.addEventListener) told.push([navigation, "navigatesuccess"], [navigation, "currententrychange"]);
  for (const [target, name] of told) target.addEventListener(name, look);
  const timer = told.length > 2 ? 0 : setInterval(look, LOOK_MS);
  return () => {
    for (const [target, name] of told) target.removeEventListener(name, look);
    clearInterval(timer);
  };
}
