// What the feed brings, put where it belongs. An event that leaves a gap makes us ask for what is missing.
import * as api from "../api/desk";
import type { Counts, Message, Named, Person, Row } from "../api/types";
import type { FeedEvent } from "../feed/sse";
import type { Line } from "../feed/stream";
import { announce } from "../notify";
import type { App } from "./app";
import { follows, putMessages, putRows, putTyping, putViewers, threadOf } from "./desk";
import { catchUp, loadConversation, loadCounts, loadRarely, loadView, loadViewAgain, readAgain } from "./loading";

const TYPING_MS = 12_000;

type Data = Record<string, unknown>;

export class Incoming {
  private wasDown = false;
  private missed = 0; // how often more went by than the feed tells again; 0 when all that is known is right
  private seenUp = false;

  constructor(private readonly app: App) {}

  readonly event = (event: FeedEvent): void => {
    if (event.event === "resync") {
      this.missed += 1;
      void this.resync();
      return;
    }
    const data = event.data as Data | null;
    if (data === null || typeof data !== "object") return;
    if (event.event === "conversation") this.conversation(data);
    else if (event.event === "message") this.message(data);
    else if (event.event === "presence") this.viewers(data);
    else if (event.event === "typing") this.typing(data);
    else if (event.event === "counts") this.counts(data);
    else if (event.event === "person") this.person(data);
  };

  readonly line = (line: Line): void => {
    const { desk } = this.app;
    if (line === "down") this.wasDown = true;
    // Who is signed out stays so until they sign in; that the stream ends then is no news.
    if (line !== "up" && desk.get().line === "out") return;
    desk.set({ line });
    if (line !== "up") return;
    this.app.wake();
    this.app.outbox.flush();
    if (this.wasDown || !this.seenUp) void this.resync(this.wasDown);
    this.wasDown = false;
    this.seenUp = true;
  };

  // Asks for everything on the screen again; `tell` says how much came.
  async resync(tell = false): Promise<void> {
    const { desk } = this.app;
    const { missed } = this;
    const list = missed ? loadViewAgain(this.app) : loadView(this.app, "first");
    void loadCounts(this.app);
    if (tell) loadRarely(this.app);
    const open = desk.get().open;
    let came = 0;
    let isRight = false;
    if (missed) {
      desk.set((now) => ({ threads: new Map([...now.threads].filter(([id]) => id === open)) }));
      isRight = open === null || (await readAgain(this.app, open));
    }
    if (open !== null && threadOf(desk.get(), open).messages.length) {
      came = await catchUp(this.app, open);
      void loadConversation(this.app, open);
    }
    if (tell && came) desk.set({ caught: came });
    if ((await list) && isRight && this.missed === missed) this.missed = 0;
  }

  private conversation(data: Data): void {
    const { desk } = this.app;
    const row = data.conversation as Row | undefined;
    if (typeof row?.id !== "string") return;
    const before = desk.get().rows.get(row.id);
    desk.set((now) => putRows(now, [row]));
    announce(this.app, before, row);
  }

  // The conversation it changed comes right after it.
  private message(data: Data): void {
    const { desk, outbox } = this.app;
    const message = data.message as Message | undefined;
    const id = String(data.conversation_id ?? "");
    if (!id || typeof message?.seq !== "number") return;
    outbox.seen(message.client_id);
    if (message.author === "contact") this.stopTyping(id);
    const now = desk.get();
    if (!now.threads.has(id)) return;
    if (follows(now, id, message)) desk.set((state) => putMessages(state, id, [message]));
    else void catchUp(this.app, id);
  }

  private stopTyping(id: string): void {
    const typing = this.app.desk.get().typing.get(id);
    if (!typing?.some((one) => one.contact)) return;
    this.app.desk.set((desk) => ({ typing: new Map(desk.typing).set(id, typing.filter((one) => !one.contact)) }));
  }

  // Who looks at a conversation comes as the whole list, who types one by one.
  private viewers(data: Data): void {
    const id = String(data.conversation_id ?? "");
    const viewers = Array.isArray(data.viewers) ? (data.viewers as Named[]) : [];
    const others = viewers.filter((one) => one.id !== this.app.boot.me.id);
    this.app.desk.set((desk) => putViewers(desk, id, others));
  }

  private typing(data: Data): void {
    const id = String(data.conversation_id ?? "");
    const person = data.person as Named | undefined;
    if (!id || !person?.id || person.id === this.app.boot.me.id) return;
    const now = Date.now();
    const contact = data.author === "contact";
    this.app.desk.set((desk) => putTyping(desk, id, { person, contact, until: data.typing ? now + TYPING_MS : 0 }, now));
  }

  private person(data: Data): void {
    const came = (data.person ?? data) as Person;
    if (typeof came.id !== "string") return;
    const { desk } = this.app;
    const known = desk.get().people.some((one) => one.id === came.id);
    if (!known) {
      api.people().then((page) => desk.set({ people: page.data }), () => undefined);
      return;
    }
    desk.set((now) => ({ people: now.people.map((one) => (one.id === came.id ? { ...one, ...came } : one)) }));
    if (came.id === this.app.boot.me.id && came.presence) {
      const presence = came.presence;
      desk.set((now) => ({ me: { ...now.me, presence: { ...now.me.presence, ...presence } } }));
    }
  }

  private counts(data: Data): void {
    const came = data as unknown as Counts;
    if (typeof came.queue !== "number") return;
    const { desk } = this.app;
    const { counts, view } = desk.get();
    desk.set({ counts: came });
    if (view === "mentions" && came.mentions > (counts?.mentions ?? 0)) void loadView(this.app);
  }
}
