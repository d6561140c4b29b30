// One stream for all tabs of a browser: who holds the lock reads it and passes every event on; when that tab goes, the next
// takes the lock and resumes after the last event that it was passed itself.
import type { FeedEvent } from "./sse";
import { Stream, type Heard, type Line } from "./stream";

type Passed =
  | { kind: "event"; event: FeedEvent }
  | { kind: "line"; line: Line }
  | { kind: "hello" }
  | { kind: "hurry" };

export class SharedFeed {
  private last = "";
  private line: Line = "connecting";
  private stream: Stream | null = null;
  private readonly tabs: BroadcastChannel | null;
  private readonly left = new AbortController();

  // `name` is of one person in one workspace: tabs of another sign-in hear nothing of it.
  constructor(
    private readonly name: string,
    private readonly heard: Heard,
  ) {
    this.tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel(`frontdesk.feed.${name}`) : null;
    if (this.tabs) this.tabs.onmessage = (message: MessageEvent<Passed>) => this.passed(message.data);
  }

  start(): void {
    if (!this.tabs || !navigator.locks) {
      void this.lead();
      return;
    }
    this.tabs.postMessage({ kind: "hello" } satisfies Passed);
    navigator.locks
      .request(`frontdesk.feed.${this.name}`, { signal: this.left.signal }, () => this.lead())
      .catch(() => undefined); // Left before it was our turn.
  }

  stop(): void {
    this.left.abort();
    this.stream?.stop();
    this.tabs?.close();
  }

  // Something that needs the line failed or came back: do not wait for the next try.
  hurry(): void {
    if (this.stream) this.stream.hurry();
    else this.tabs?.postMessage({ kind: "hurry" } satisfies Passed);
  }

  private lead(): Promise<void> {
    this.stream = new Stream(
      {
        event: (event) => {
          this.hear(event);
          this.tabs?.postMessage({ kind: "event", event } satisfies Passed);
        },
        line: (line) => {
          if (line === this.line) return;
          this.say(line);
          this.tabs?.postMessage({ kind: "line", line } satisfies Passed);
        },
      },
      this.last,
    );
    return this.stream.run();
  }

  private passed(message: Passed): void {
    if (message.kind === "event") {
      if (!this.stream) this.hear(message.event);
    } else if (message.kind === "line") {
      if (!this.stream) this.say(message.line);
    } else if (this.stream && message.kind === "hello") {
      this.tabs?.postMessage({ kind: "line", line: this.line } satisfies Passed);
    } else if (this.stream) {
      this.stream.hurry();
    }
  }

  private hear(event: FeedEvent): void {
    if (event.id) this.last = event.id;
    this.heard.event(event);
  }

  private say(line: Line): void {
    if (line === this.line) return;
    this.line = line;
    this.heard.line(line);
  }
}
