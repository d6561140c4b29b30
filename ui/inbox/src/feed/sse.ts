// Server-sent events out of the bytes of a stream, as https://html.spec.whatwg.org/multipage/server-sent-events.html has it.

export interface FeedEvent {
  id: string;
  event: string;
  data: unknown;
}

export class SseParser {
  private rest = "";
  private id = "";
  private event = "";
  private data: string[] = [];

  // Events that end in `text`; a half line waits for the next call.
  push(text: string): FeedEvent[] {
    this.rest += text;
    const found: FeedEvent[] = [];
    for (;;) {
      const end = this.rest.search(/\r\n|\n|\r(?!$)/);
      if (end < 0) return found;
      const line = this.rest.slice(0, end);
      this.rest = this.rest.slice(end + (this.rest.startsWith("\r\n", end) ? 2 : 1));
      const made = this.line(line);
      if (made) found.push(made);
    }
  }

  private line(line: string): FeedEvent | null {
    if (line === "") return this.flush();
    if (line.startsWith(":")) return null;
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "id" && !value.includes("\0")) this.id = value;
    else if (name === "event") this.event = value;
    else if (name === "data") this.data.push(value);
    return null;
  }

  private flush(): FeedEvent | null {
    const { event, data } = this;
    this.event = "";
    this.data = [];
    // An id without an event says how far we are.
    if (!data.length) return this.id ? { id: this.id, event: "", data: null } : null;
    return { id: this.id, event: event || "message", data: parsed(data.join("\n")) };
  }
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
