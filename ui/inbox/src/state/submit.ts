// Hands a written message to the outbox. To write into a conversation that nobody has is to take it.
import type { Part, Row } from "../api/types";
import { mentionsIn } from "../text/compose";
import type { App } from "./app";
import { caughtUp, goAhead, lastSeq } from "./desk";
import { mine } from "./moves";

export interface Written {
  text: string;
  parts: Part[];
  note: boolean;
  takes: boolean; // nobody has it: writing to the customer takes it
  close?: "solved" | "not_solved" | "spam";
}

export function submit(app: App, row: Row, written: Written): void {
  const taken = written.takes ? mine(app) : null;
  if (taken) app.desk.set((desk) => goAhead(desk, row.id, taken));
  const now = Date.now();
  const mentions = written.note ? mentionsIn(written.text, app.desk.get().people) : [];
  app.touched.set(row.id, now);
  app.outbox.add(
    row.id,
    {
      text: written.text,
      client_id: crypto.randomUUID(),
      note: written.note,
      ...(written.parts.length ? { parts: written.parts } : {}),
      ...(mentions.length ? { mentions } : {}),
      ...(written.note ? {} : { expected_seq: lastSeq(app.desk.get(), row.id) }),
      ...(written.close ? { close: written.close } : {}),
    },
    now,
  );
  if (taken) void app.outbox.settled(row.id).then(() => app.desk.set((desk) => caughtUp(desk, row.id, taken, "done")));
}
