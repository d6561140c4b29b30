// Sites that take another body take the window out for a moment, and the loader puts it back at once: what the visitor read and
// where they wrote is lost by that, and found again here.

export class Returned {
  private _focused: HTMLElement | null = null;
  private readonly _gone = new AbortController();
  // The loader's own is older, and so is heard before.
  private readonly _watch = new MutationObserver((records) => {
    const host = this._root.host;
    const taken = (node: Node) => node === host || node.nodeName === "BODY";
    if (!host.isConnected || !records.some((each) => [...each.removedNodes].some(taken))) return;
    this._observe();
    this._back();
    // A page that puts the focus elsewhere at once has it there.
    const { activeElement, body, documentElement } = document;
    if (!activeElement || activeElement === body || activeElement === documentElement) this._focused?.focus({ preventScroll: true });
  });

  constructor(private readonly _root: ShadowRoot, private readonly _back: () => void) {
    const { signal } = this._gone;
    _root.addEventListener("focusin", ({ target }) => (this._focused = target as HTMLElement), { signal });
    // Some browsers say that it goes when it is taken out, too.
    _root.addEventListener("focusout", () => setTimeout(() => (this._focused = _root.activeElement as HTMLElement | null)), { signal });
    this._focused = _root.activeElement as HTMLElement | null;
    this._observe();
  }

  end(): void {
    this._gone.abort();
    this._watch.disconnect();
  }

  private _observe(): void {
    const { body, documentElement } = document;
    // There may be no body for a moment.
    for (const each of [documentElement, body ?? documentElement]) this._watch.observe(each, { childList: true });
  }
}
