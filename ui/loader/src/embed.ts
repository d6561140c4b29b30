// The one script of a page: reads its own tag, and is the page's handle on the chat that it begins. It loads nothing from
// elsewhere, keeps nothing, and patches nothing.

import { safely } from "./device";
import { tag } from "./fetching";
import { Guest } from "./on_page";
import { type Attributes, pageOf } from "./options";
import { type Rules, rules } from "./paths";
import { settled } from "./settled";

type Heard = (detail?: unknown) => void;

// The handle is there at once; what is asked of it before the chat is, is done then.
function begin(script: HTMLScriptElement): void {
  const here = window as unknown as Record<string, Record<string, unknown> | undefined>;
  const attribute: Attributes = (name) => script.getAttribute(name);
  const other = here.AIAssistant;
  // Elements can be called like that too, and take no name away.
  if (other && Object.hasOwn(here, "AIAssistant")) {
    console.info("AIAssistant: there is one already; only data-page-* is read");
    const page = pageOf(attribute);
    if (page.kind || page.title || page.url) (other as Partial<Guest>).setContext?.(page);
    return;
  }
  const { origin, pathname } = new URL(script.src);
  const base = origin + pathname.replace(/(\/static)?\/embed(\.\w+)?\.js$/, "");
  const heard = new Map<string, Set<Heard>>();
  const waiting: ((guest: Guest) => void)[] = [];
  let guest: Guest | undefined;
  let ended = false;
  const soon = (act: (guest: Guest) => void) => {
    waiting.push(act);
    if (guest) for (const each of waiting.splice(0)) safely(() => each(guest as Guest));
  };
  here.AIAssistant = Object.freeze({
    open: () => soon((each) => each.open()),
    close: () => soon((each) => each.close()),
    toggle: () => soon((each) => each.toggle()),
    setContext: (page: unknown) => soon((each) => each.setContext(page)),
    identify: (user: unknown) => soon((each) => each.identify(user)),
    on: (event: string, act: Heard) => {
      const all = heard.get(event) ?? new Set();
      if (typeof act === "function") heard.set(event, all.add(act));
      return () => void all.delete(act);
    },
    destroy: () => {
      if (ended) return;
      ended = true;
      guest?.destroy();
      heard.clear();
      delete here.AIAssistant;
    },
  });
  const start = async () => {
    const assistant = (attribute("data-assistant-id") ?? "").trim();
    const config = await settled(base, assistant);
    if (!config || ended) return;
    const emit = (event: string, detail?: unknown) => {
      for (const act of heard.get(event) ?? []) safely(() => act(detail));
    };
    guest = safely(() => {
      // A chat that loses what is written is worse than none.
      if ((JSON.parse(JSON.stringify({ a: [1].filter(Boolean)[0] })) as { a?: number }).a !== 1) throw "this page breaks JSON or lists";
      return new Guest(base, attribute, config, rules(config, here.AIAssistantConfig as Rules | undefined), emit);
    });
    soon(() => {});
  };
  if (document.body) void start();
  else addEventListener("DOMContentLoaded", () => void start(), { once: true });
}

if (tag) safely(() => begin(tag as HTMLScriptElement));
else console.error("AIAssistant: its script tag is missing.");
