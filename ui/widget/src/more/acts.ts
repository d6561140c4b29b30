// What a visitor does besides writing.

import type { Talk, Trouble } from "../talk/talk";
import type { Key } from "../text/words";
import type { Shown } from "../wire/types";

const WITHIN_MS = 30_000;
const SHOWN_MS = 15_000;
const REFUSED: Record<number, Key> = { 422: "email_like", 429: "mails_over" };

// Whether it came about.
export function act(talk: Talk, what: "person" | "assistant" | "end" | "comment", text?: string): Promise<boolean> {
  return tried(talk, async () => {
    const path = `acts?after=${talk.said.upto}`;
    await talk.tell({ shown: await talk.wire.ask<Shown>("POST", path, talk.keep.token, { do: what, text }) });
    // Whoever waits for a person is told when one is there.
    talk.send();
  });
}

export function download(talk: Talk): void {
  void tried(talk, async () => {
    const answer = await talk.wire.send("GET", "transcript", talk.keep.token, AbortSignal.timeout(WITHIN_MS));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = "conversation.txt";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), WITHIN_MS);
  });
}

// What a visitor reads of it when it was not sent; the window tells by itself too when the program was not reached.
export async function mailTo(talk: Talk, to: string): Promise<Key | ""> {
  let refused: Key | "" = "";
  const sent = await tried(talk, async () => {
    try {
      await talk.wire.send("POST", "mail", talk.keep.token, AbortSignal.timeout(WITHIN_MS), { to });
    } catch (error) {
      const { status } = error as { status?: number };
      if (!status) throw error;
      refused = REFUSED[status] ?? "why_other";
    }
  });
  return sent ? refused : "offline";
}

async function tried(talk: Talk, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const { status, code } = error as { status?: number; code?: string };
    if (status === 429) return held(talk, code === "asked_often" ? code : "slow");
    talk.trouble = "offline";
    talk.later();
    return false;
  }
}

function held(talk: Talk, why: Trouble): false {
  talk.trouble = why;
  talk.changed();
  setTimeout(() => {
    if (talk.trouble === why) talk.trouble = "";
    talk.changed();
  }, SHOWN_MS);
  return false;
}
