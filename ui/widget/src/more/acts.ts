// What a visitor does besides writing.

import type { Talk } from "../talk/talk";
import type { Shown } from "../wire/types";

const WITHIN_MS = 30_000;

export function act(talk: Talk, what: "person" | "assistant" | "end"): void {
  void tried(talk, async () => {
    const path = `acts?after=${talk.said.upto}`;
    await talk.tell({ shown: await talk.wire.ask<Shown>("POST", path, talk.keep.token, { do: what }) });
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

async function tried(talk: Talk, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch {
    talk.trouble = "offline";
    talk.later();
  }
}
