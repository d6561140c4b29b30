// What the loader and the widget hand each other. The widget's script leaves its beginning on its own element, so that the
// page gets no second global.

import type { Language } from "./language";
import type { Options, Page } from "./options";

export interface Host {
  options: Options;
  // Older loaders say none.
  language?: Language;
  base: string;
  // What stands for the assistant, as a path on a grid of 32.
  bell?: string;
  // Where the panel is drawn; `tokens` has the brand's colours and the theme, and follows the visitor's.
  root: ShadowRoot;
  tokens: HTMLElement;
  page: () => Page;
  // Who is signed in, as the page says it: undefined where it says nothing, null for nobody.
  user: () => unknown;
  emit: (event: string, detail?: unknown) => void;
  unread: (count: number) => void;
  closed: () => void;
  // What a script of ours leaves for us; `kit` is what it works with.
  script: <T>(name: string, integrity: string, kit: unknown) => Promise<T>;
  log: (text: string) => void;
}

export interface Panel {
  open: (byVisitor: boolean) => void;
  close: () => void;
  moved: () => void;
  identified: () => void;
  destroy: () => void;
}

export type Begin = (host: Host) => Panel;
