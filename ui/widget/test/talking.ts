// A conversation in a page that is none, with a desk that answers it; made anew for each test of the file that asks for it.

import { afterEach, beforeEach, vi } from "vitest";
import { Signing } from "../src/talk/signing";
import { Talk } from "../src/talk/talk";
import { Keep } from "../src/wire/keep";
import type { Attached, Carry, Waiting } from "../src/wire/types";
import { Desk } from "./desk";
import { Storage } from "./storage";

export class Talking {
  readonly desk = new Desk();
  // What the page was told: drafts, troubles, how often something came, and why somebody was signed out.
  readonly seen: string[] = [];
  readonly troubles: string[] = [];
  readonly out: string[] = [];
  heard = 0;
  user: unknown;
  readonly keep = new Keep("ann");
  readonly talk: Talk;

  constructor(carry?: Carry) {
    vi.stubGlobal("fetch", this.desk.fetch);
    const signing = new Signing(() => this.user, (why) => this.out.push(why));
    const changed = () => this.changed();
    this.talk = new Talk("https://desk.example.com", "ann", this.keep, changed, () => this.heard++, signing, carry);
  }

  write(text: string, files?: Attached[]): void {
    this.keep.add({ ...message(text), ...(files ? { files } : {}) });
    this.talk.send();
  }

  // Another tab, which shares what is kept, adds one.
  addedElsewhere(text: string): void {
    const keep = new Keep("ann");
    keep.add(message(text));
    dispatchEvent(Object.assign(new Event("storage"), { key: `${keep.name}.out.id-${text}` }));
  }

  times(name: string): number {
    return this.desk.asked.filter((each) => each === name).length;
  }

  private changed(): void {
    this.seen.push(this.talk?.draft ?? "");
    this.troubles.push(this.talk?.trouble ?? "");
  }
}

const message = (text: string): Waiting => ({ id: `id-${text}`, text, page: { url: "", title: "", kind: "" }, at: 0 });

// `carry`: how the files of a message are sent.
export function talking(carry?: Carry): () => Talking {
  let made: Talking;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    vi.stubGlobal("window", globalThis);
    vi.stubGlobal("navigator", {});
    vi.stubGlobal("document", { hidden: false });
    vi.stubGlobal("BroadcastChannel", class { postMessage() {} close() {} });
    const page = new EventTarget();
    vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
    vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
    vi.stubGlobal("dispatchEvent", page.dispatchEvent.bind(page));
    vi.stubGlobal("localStorage", new Storage());
    made = new Talking(carry);
  });
  afterEach(() => {
    made.talk.end();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  return () => made;
}
