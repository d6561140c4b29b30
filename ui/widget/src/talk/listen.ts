// One stream of what is said, for as long as it lasts. It has begun when something came of it: some networks hold it all back.

import type { News, Shown } from "../wire/types";
import type { Wire } from "./http";
import { heard } from "./silence";
import { told } from "./sse";

export function listen(
  wire: Wire,
  after: number,
  token: string,
  mine: AbortSignal,
  begun: () => void,
  tell: (news: News) => Promise<void>,
  retry: (ms: number) => void,
): Promise<never> {
  return heard(async (signal, alive) => {
    const answer = await wire.send("GET", `stream?after=${after}`, token, signal);
    let silent = true;
    const came = () => {
      alive();
      if (silent) begun();
      silent = false;
    };
    for await (const { event, data } of told(answer.body, came, retry)) {
      if (event === "lines") await tell({ shown: JSON.parse(data) as Shown });
      else if (event === "writing") await tell({ writing: JSON.parse(data) as boolean });
    }
    throw new Error("the stream ended");
  }, mine);
}
