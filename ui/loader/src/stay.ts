// Where the widget's element stands in a page of others, and that it goes on to stand there.

// Inside one of these, "fixed" is no more a place on the screen.
const TRAPS = ["transform", "translate", "rotate", "scale", "perspective", "filter", "backdropFilter"] as const;
const MOST_TIMES = 20;
// A site may take another body at each of its pages.
const FORGOTTEN_MS = 1000;

// The answer takes the element away.
export function stay(element: HTMLElement): () => void {
  let times = 0;
  const put = () => {
    home().append(element);
    // A page may take another body as well.
    for (const each of [document.documentElement, document.body ?? document.documentElement]) watch.observe(each, { childList: true });
  };
  const watch = new MutationObserver(() => {
    if (element.isConnected) return;
    watch.disconnect();
    setTimeout(() => (times = 0), FORGOTTEN_MS);
    if (times++ < MOST_TIMES) put();
    else console.error("AIAssistant: this page takes it away again and again");
  });
  put();
  return () => {
    watch.disconnect();
    element.remove();
  };
}

function home(): HTMLElement {
  const { body, documentElement } = document;
  if (!body) return documentElement;
  const style = getComputedStyle(body);
  const trapped = TRAPS.some((name) => (style[name] ?? "none") !== "none");
  return trapped ? documentElement : body;
}
