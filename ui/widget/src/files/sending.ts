// One file on its way to the program.

import type { Talk } from "../talk/talk";

const SILENT_MS = 60_000;

export interface Sending {
  // The id under which a message names it.
  id: Promise<string>;
  stop: () => void;
}

export function send(talk: Talk, file: Blob, name: string, gone: (bytes: number) => void): Sending {
  const ask = new XMLHttpRequest();
  let stopped = false;
  let watch = 0;
  const alive = () => {
    clearTimeout(watch);
    watch = setTimeout(() => ask.abort(), SILENT_MS);
  };
  const sent = async (): Promise<string> => {
    const token = await talk.begun();
    if (stopped) throw new DOMException("", "AbortError");
    await new Promise<void>((resolve, reject) => {
      ask.open("POST", talk.wire.at(`files?name=${encodeURIComponent(name)}`));
      ask.setRequestHeader("Authorization", `Bearer ${token}`);
      ask.setRequestHeader("Content-Type", "application/octet-stream");
      ask.upload.onprogress = (event) => {
        alive();
        gone(event.loaded);
      };
      ask.onload = () => resolve();
      ask.onerror = ask.onabort = () => reject(new TypeError("cut off"));
      alive();
      ask.send(file);
    });
    const answer = read(ask.responseText);
    if (ask.status === 201) return String(answer.file_id);
    if (ask.status === 401) talk.forget(token);
    throw talk.wire.refusal(ask.status, String(answer.detail ?? ""), Number(ask.getResponseHeader("Retry-After")) || 0);
  };
  return {
    id: sent().finally(() => clearTimeout(watch)),
    stop: () => {
      stopped = true;
      ask.abort();
    },
  };
}

function read(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
