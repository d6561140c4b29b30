// A connection that has not carried a sign of life for long is given up: one that is cut on one side alone never says so.

import { either } from "./tabs";

const SILENT_MS = 40_000;

export async function heard<T>(work: (signal: AbortSignal, alive: () => void) => Promise<T>, mine?: AbortSignal): Promise<T> {
  const quiet = new AbortController();
  let watch = 0;
  const alive = () => {
    clearTimeout(watch);
    watch = setTimeout(() => quiet.abort(), SILENT_MS);
  };
  alive();
  try {
    return await work(mine ? either(mine, quiet.signal) : quiet.signal, alive);
  } finally {
    clearTimeout(watch);
  }
}
