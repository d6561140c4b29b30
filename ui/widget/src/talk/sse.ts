// Server-sent events out of the pieces of a stream, as https://html.spec.whatwg.org/multipage/server-sent-events.html has
// them. Only what our program writes: lines end with one line feed, data is one line.

export interface Told {
  event: string;
  data: string;
}

// `alive` hears of each piece; `retry`: within how many milliseconds one is to come back after a cut.
export async function* told(
  body: ReadableStream<Uint8Array> | null,
  alive?: () => void,
  retry?: (ms: number) => void,
): AsyncGenerator<Told> {
  if (!body) return;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    alive?.();
    rest += decoder.decode(value, { stream: true });
    const blocks = rest.split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const found = { event: "", data: "" };
      for (const line of block.split("\n")) {
        if (line.startsWith("event: ")) found.event = line.slice(7);
        else if (line.startsWith("data: ")) found.data = line.slice(6);
        else if (line.startsWith("retry: ")) retry?.(Number(line.slice(7)) || 0);
      }
      if (found.data) yield found;
    }
  }
}
