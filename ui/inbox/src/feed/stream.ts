// Keeps one connection to the feed: a stream, and where streams do not get through, long polls. Resumes after the last event.
//
//   opening --bytes--> streaming --silent or cut--> waiting --> opening
//      `--nothing at all within 10 s, twice--> polling --every 5 min--> opening
import { Problem, call, send } from "../api/http";
import { SseParser, type FeedEvent } from "./sse";

export type Line = "connecting" | "up" | "down" | "out";

export interface Heard {
  event(event: FeedEvent): void;
  line(state: Line): void;
}

const FIRST_BYTES_MS = 10_000;
const SILENT_MS = 45_000;
const POLL_AGAIN_STREAM_MS = 300_000;
const POLL_TIMEOUT_MS = 60_000;
const MOST_WAIT_MS = 15_000;

export class Stream {
  private stopped = false;
  private failures = 0;
  private mute = 0;
  private abort: AbortController | null = null;
  private wake: (() => void) | null = null;

  constructor(
    private readonly heard: Heard,
    private after: string,
  ) {}

  async run(): Promise<void> {
    addEventListener("online", this.hurry);
    addEventListener("offline", this.lost);
    while (!this.stopped) {
      try {
        if (this.mute >= 2) await this.poll();
        else await this.read();
      } catch (error) {
        if (this.stopped) break;
        this.failures += 1;
        // A cut of a line that worked a moment ago is mended before anybody is told.
        if (this.failures > 1 || !navigator.onLine) this.heard.line("down");
        const busy = error instanceof Problem && error.status === 429;
        await this.wait(Math.min(MOST_WAIT_MS, (busy ? 2000 : 250) * 2 ** Math.min(this.failures - 1, 6)));
      }
    }
    removeEventListener("online", this.hurry);
    removeEventListener("offline", this.lost);
  }

  stop(): void {
    this.stopped = true;
    this.abort?.abort();
    this.wake?.();
  }

  readonly hurry = (): void => this.wake?.();

  // The browser knows before the connection does.
  private readonly lost = (): void => this.abort?.abort();

  private wait(wait_ms: number): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(done, wait_ms * (0.75 + Math.random() / 2));
      this.wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }

  private async read(): Promise<void> {
    const abort = (this.abort = new AbortController());
    let held = false;
    let watch = setTimeout(() => {
      held = true;
      abort.abort();
    }, FIRST_BYTES_MS);
    try {
      const answer = await send("GET", "/feed", {
        query: { after: this.after },
        headers: { accept: "text/event-stream" },
        signal: abort.signal,
        timeout_ms: 2 ** 31 - 1,
      });
      const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
      const parser = new SseParser();
      for (;;) {
        const { value, done } = await reader.read();
        if (done) throw new Error("the stream ended");
        clearTimeout(watch);
        watch = setTimeout(() => abort.abort(), SILENT_MS);
        this.good();
        for (const event of parser.push(value)) this.pass(event);
      }
    } catch (error) {
      if (held && !this.stopped) this.mute += 1;
      throw error;
    } finally {
      clearTimeout(watch);
      abort.abort();
    }
  }

  private async poll(): Promise<void> {
    const until = Date.now() + POLL_AGAIN_STREAM_MS;
    while (!this.stopped && Date.now() < until) {
      this.abort = new AbortController();
      const answer = await call<{ data: { event: string; data: unknown }[]; after: string }>("GET", "/feed/poll", {
        query: { after: this.after },
        signal: this.abort.signal,
        timeout_ms: POLL_TIMEOUT_MS,
      });
      this.good();
      for (const event of answer.data) this.pass({ id: "", ...event });
      // The tabs that follow have to know as well how far this is.
      this.pass({ id: answer.after, event: "", data: null });
    }
    this.mute = 1;
  }

  private good(): void {
    this.failures = 0;
    this.heard.line("up");
  }

  private pass(event: FeedEvent): void {
    if (event.id) this.after = event.id;
    this.heard.event(event);
  }
}
