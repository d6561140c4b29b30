// Hands a written message to the outbox; one that nobody owns yet is taken first, and stays a draft when somebody was faster.
import type { Part, Row } from "../api/types";
import { mentionsIn } from "../text/compose";
import type { App } from "./app";
import { lastSeq } from "./desk";
import { take } from "./moves";

export interface Written {
  text: string;
  parts: Part[];
  note: boolean;
  takesFirst: boolean;
  close?: "solved" | "not_solved" | "spam";
}

export async function submit(app: App, row: Row, written: Written): Promise<boolean> {
  if (written.takesFirst && !(await take(app, row.id))) return false;
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
  return true;
}
