// Style sheets of the window: one of each a page, and once in a root, whichever chats come and go.

const made = new Map<string, CSSStyleSheet>();

export function wear(root: ShadowRoot, text: string): void {
  const sheet = made.get(text) ?? new CSSStyleSheet();
  made.set(text, sheet);
  sheet.replaceSync(text);
  root.adoptedStyleSheets = [...new Set([...root.adoptedStyleSheets, sheet])];
}
