// The running inbox: what it knows, its outbox, drafts and feed, and how they are wired. One per page.
import * as api from "../api/desk";
import { Problem } from "../api/http";
import type { Me } from "../api/types";
import { SharedFeed } from "../feed/shared";
import { t } from "../text/t";
import { catchUp } from "./loading";
import { newDesk, putMessages, type Desk } from "./desk";
import { Drafts } from "./drafts";
import { Outbox, type Out } from "./outbox";
import { Store } from "./store";

export interface Toast {
  text: string;
  undo: (() => void) | null;
  id: number;
  holds(): boolean; // what it tells is still so
}

// What is only of this window: which menu or dialog is open, what the toast says.
export interface Window_ {
  toast: Toast | null;
  sheet: string | null; // the open menu, dialog or drawer by name
  outVersion: number;
  insert: { text: string; id: number } | null; // a text on its way into the composer
  mode: "reply" | "note";
  why: string | null; // the message that the dialog of that name tells of
  spoken: string; // for the polite live region
}

export interface Boot {
  me: Me;
  workspace: string;
  time_zone: string | null;
  can_write: boolean;
  can_edit_contacts: boolean;
  connected: boolean; // there is a channel on which customers can write
  can_connect: boolean;
  can_mail: boolean; // the workspace has a mail server
  mail_page: string; // where one is set up; empty for who may not
}

export class App {
  readonly desk: Store<Desk>;
  readonly window: Store<Window_>;
  readonly drafts: Drafts;
  readonly outbox: Outbox;
  feed: SharedFeed | null = null;
  private wakers = new Set<() => void>();
  private toasts = 0;
  passing: ReturnType<typeof setTimeout> | undefined; // asks for the conversation that is shown, unless it was only passed
  readonly unreadByHand = new Set<string>(); // stay unread until they are left
  readonly acts = new Map<string, Promise<void>>(); // the last act in each conversation that is on its way
  readonly touched = new Map<string, number>(); // conversations that were changed here, and when

  constructor(readonly boot: Boot) {
    this.desk = new Store(newDesk(boot.me));
    this.window = new Store<Window_>({ toast: null, sheet: null, outVersion: 0, insert: null, mode: "reply", why: null, spoken: "" });
    this.desk.subscribe(() => this.lookAtToast());
    this.drafts = new Drafts(boot.me.id, localStorage);
    this.outbox = new Outbox(boot.me.id, localStorage, {
      say: api.say,
      said: (id, message) => this.desk.set((desk) => (desk.threads.has(id) ? putMessages(desk, id, [message]) : {})),
      refused: (out, problem) => this.refused(out, problem),
      changed: () => this.window.set((now) => ({ outVersion: now.outVersion + 1 })),
      lock: (name, run) => onlyHere(name, run),
      wait: (wait_ms) => this.pause(wait_ms),
    });
  }

  toast(text: string, undo: (() => void) | null = null, holds: () => boolean = () => true): void {
    this.toasts += 1;
    this.window.set({ toast: { text, undo, id: this.toasts, holds } });
    this.lookAtToast();
  }

  // What is no longer so is neither told nor undone.
  private lookAtToast(): void {
    if (this.window.get().toast?.holds() === false) this.window.set({ toast: null });
  }

  // Trouble with something that was asked for by hand.
  trouble(error: unknown): void {
    this.toast(said(error));
  }

  sheet(name: string | null): void {
    this.window.set({ sheet: name });
  }

  // The line is back or was asked to hurry: whatever waits between two tries goes on now.
  wake(): void {
    for (const waker of [...this.wakers]) waker();
  }

  private pause(wait_ms: number): Promise<void> {
    return new Promise((done) => {
      const go = (): void => {
        clearTimeout(timer);
        this.wakers.delete(go);
        done();
      };
      const timer = setTimeout(go, wait_ms);
      this.wakers.add(go);
    });
  }

  private refused(out: Out, problem: Problem): void {
    if (problem.code === "conversation_moved_on") void catchUp(this, out.conversation_id);
    else if (this.desk.get().open !== out.conversation_id) this.toast(t("not_sent", { reason: said(problem) }));
  }

}

export function said(error: unknown): string {
  if (error instanceof Problem) return error.detail || t("refused", { code: error.code || String(error.status) });
  return t("no_line");
}

async function onlyHere(name: string, run: () => Promise<void>): Promise<boolean> {
  if (!navigator.locks) {
    await run();
    return true;
  }
  return navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
    if (!lock) return false;
    await run();
    return true;
  });
}
