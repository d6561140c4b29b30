// When the page goes on to another address without being loaded anew. Nothing of the page's is patched: where the browser
// does not tell, the address is looked at once a second.

const LOOK_MS = 1000;

// The address of the page. What stands behind its `#` is a place on the same page, unless it is a path, as pages have it that go
// on there.
export function address(): string {
  return location.href.replace(/#(?!!?\/).*/s, "");
}

// Where this script began.
let at = address();

// `look` tells at once, `end` ends it.
export function onNavigation(changed: () => void): { look: () => void; end: () => void } {
  const look = () => {
    const now = address();
    if (now === at) return;
    at = now;
    changed();
  };
  const given = (window as { navigation?: EventTarget & { currentEntry?: unknown } }).navigation;
  // An element or something else of the page's may be called like that.
  const navigation = given?.currentEntry ? given : null;
  navigation?.addEventListener("currententrychange", look);
  const timer = navigation ? 0 : setInterval(look, LOOK_MS);
  look();
  const end = () => {
    navigation?.removeEventListener("currententrychange", look);
    clearInterval(timer);
  };
  return { look, end };
}
