// One stream of what is said, for as long as it lasts. One that has not carried a sign of life for long is given up.

import type { News, Shown } from "../wire/types";
import type { Wire } from "./http";
import { told } from "./sse";
import { either } from "./tabs";

const SILENT_MS = 40_000;

export async function listen(
  wire: Wire,
  after: number,
  token: string,
  mine: AbortSignal,
  begun: () => void,
  heard: (news: News) => Promise<void>,
): Promise<never> {
  const quiet = new AbortController();
  let watch = 0;
  const alive = () => {
    clearTimeout(watch);
    watch = setTimeout(() => quiet.abort(), SILENT_MS);
  };
  alive();
  try {
    const answer = await wire.send("GET", `stream?after=${after}`, token, either(mine, quiet.signal));
    begun();
    for await (const { event, data } of told(answer.body, alive)) {
      if (event === "lines") await heard({ shown: JSON.parse(data) as Shown });
      else if (event === "writing") await heard({ writing: JSON.parse(data) as boolean });
    }
  } finally {
    clearTimeout(watch);
  }
  throw new Error("the stream ended");
}
