/**
 * What carries a request: tries, problems, pages. Written by hand; the operations stand on it.
 *
 * A request is sent again when it certainly did nothing (429, 503) or when sending it twice is the same as once: reads,
 * and whatever goes with an Idempotency-Key, which every POST gets.
 */

const FIRST_PAUSE_MS = 500;

export interface Settings {
  /** Of one try; 30 seconds unless given. */
  timeoutMs?: number;
  /** How often a request is sent at most; 4 unless given. */
  tries?: number;
  /** A longer wait is not waited for; a minute unless given. */
  longestPauseMs?: number;
}

/** An object as it was read: change it only if nobody else did. Or an ETag, or `*` for whatever is there. */
export interface Guarded {
  ifMatch: string | object;
}

export type MaybeGuarded = Partial<Guarded>;

export interface Once {
  /** A text of your own, to send the same request again later; each call has another one unless given. */
  idempotencyKey?: string;
}

/** One event of the feed. */
export interface Event {
  id: string;
  event: string;
  data: unknown;
}

/** An answer that says what went wrong. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  /** Stable; the list is in the reference of error codes. */
  readonly code: string;
  readonly detail: string;
  /** The field of the body at fault; empty when none is. */
  readonly field: string;
  readonly errors: { field?: string; message: string }[];
  readonly details: Record<string, unknown>;
  /** Name it when you ask for help. */
  readonly requestId: string;

  constructor(
    readonly status: number,
    body: Record<string, unknown>,
    /** When to try again; null when nothing was said. */
    readonly retryAfterMs: number | null,
  ) {
    super(`${status} ${String(body["code"] ?? "")}: ${String(body["detail"] ?? "")}`);
    this.code = String(body["code"] ?? "");
    this.detail = String(body["detail"] ?? "");
    this.field = String(body["field"] ?? "");
    this.errors = (body["errors"] as typeof this.errors | undefined) ?? [];
    this.details = (body["details"] as typeof this.details | undefined) ?? {};
    this.requestId = String(body["request_id"] ?? "");
  }
}

/** The server was not reached, or broke off. */
export class NoConnection extends Error {
  override readonly name = "NoConnection";
}

export const inPath = (value: string): string => value.split("/").map(encodeURIComponent).join("/");

interface Request {
  query?: Record<string, unknown>;
  body?: unknown;
  content?: Blob | Uint8Array;
  contentType?: string;
  ifMatch?: string | object;
  idempotencyKey?: string;
}

interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

/** Object as it was read -> its ETag. */
const etags = new WeakMap<object, string>();

/** Sends requests. */
export class Transport {
  private readonly base: string;
  private readonly tries: number;
  private readonly timeoutMs: number;
  private readonly longestPauseMs: number;

  constructor(baseUrl: string, private readonly key: string, settings: Settings = {}) {
    this.base = new URL(baseUrl).href.replace(/\/+$/, "");
    this.tries = settings.tries ?? 4;
    this.timeoutMs = settings.timeoutMs ?? 30_000;
    this.longestPauseMs = settings.longestPauseMs ?? 60_000;
  }

  protected async call<T>(method: string, path: string, request: Request = {}): Promise<T> {
    const [text, etag] = await this.sent(method, path, request, async (answer) => {
      return [await answer.text(), answer.headers.get("ETag")] as const;
    });
    const read: unknown = text === "" ? undefined : JSON.parse(text);
    if (etag !== null && typeof read === "object" && read !== null) etags.set(read, etag);
    return read as T;
  }

  protected async read(method: string, path: string, request: Request = {}): Promise<Uint8Array> {
    return this.sent(method, path, request, async (answer) => new Uint8Array(await answer.arrayBuffer()));
  }

  protected async *pages<T>(path: string, query: Record<string, unknown>): AsyncGenerator<T> {
    for (let cursor: unknown = query["cursor"]; ; ) {
      const page = await this.call<Page<T>>("GET", path, { query: { ...query, cursor } });
      yield* page.data;
      if (page.next_cursor === null) return;
      cursor = page.next_cursor;
    }
  }

  /** Events as they come, until the server ends the stream; go on with `after` = the last event's id. */
  protected async *events(method: string, path: string, request: Request = {}): AsyncGenerator<Event> {
    const headers = { ...this.own(), Accept: "text/event-stream" };
    const answer = await fetch(this.base + target(path, request.query), { method, headers });
    if (!answer.ok) throw problem(answer, await answer.text().catch(() => ""));
    let rest = "";
    const decoder = new TextDecoder();
    for await (const piece of answer.body ?? []) {
      const blocks = (rest + decoder.decode(piece, { stream: true })).replaceAll("\r\n", "\n").split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = readEvent(block);
        if (event !== null) yield event;
      }
    }
  }

  private own(): Record<string, string> {
    return { Authorization: `Bearer ${this.key}`, Accept: "application/json" };
  }

  /** What `take` reads of the good answer; a connection that breaks while it reads is one that broke. */
  private async sent<T>(
    method: string,
    path: string,
    request: Request,
    take: (answer: Response) => Promise<T>,
  ): Promise<T> {
    const headers = this.own();
    let body: BodyInit | undefined;
    if (request.content !== undefined) {
      body = request.content as BodyInit;
      headers["Content-Type"] = request.contentType ?? "application/octet-stream";
    } else if (request.body !== undefined) {
      body = JSON.stringify(request.body);
      headers["Content-Type"] = "application/json";
    }
    if (request.ifMatch !== undefined) headers["If-Match"] = tag(request.ifMatch);
    if (method === "POST") headers["Idempotency-Key"] = request.idempotencyKey ?? crypto.randomUUID();
    const url = this.base + target(path, request.query);
    const twiceIsOnce = method === "GET" || method === "POST";
    for (let tried = 1; ; tried += 1) {
      let found: ProblemError;
      try {
        const signal = AbortSignal.timeout(this.timeoutMs);
        const answer = await fetch(url, { method, headers, signal, ...(body === undefined ? {} : { body }) });
        if (answer.ok) return await take(answer);
        found = problem(answer, await answer.text());
      } catch (error) {
        if (!twiceIsOnce || tried >= this.tries) throw new NoConnection(String(error), { cause: error });
        await this.pause(this.backoff(tried));
        continue;
      }
      const again = found.status === 429 || found.status === 503 || found.code === "idempotency_in_progress";
      const waitMs = found.retryAfterMs ?? this.backoff(tried);
      if (!again || tried >= this.tries || waitMs > this.longestPauseMs) throw found;
      await this.pause(waitMs);
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((done) => setTimeout(done, ms));
  }

  /** Longer each time, and never the same for all. */
  private backoff(tried: number): number {
    return Math.min(FIRST_PAUSE_MS * 2 ** (tried - 1), this.longestPauseMs) * (0.5 + Math.random() / 2);
  }
}

const tag = (given: string | object): string => (typeof given === "string" ? given : (etags.get(given) ?? ""));

function target(path: string, query: Record<string, unknown> = {}): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null) continue;
    for (const each of Array.isArray(value) ? value : [value]) pairs.append(name, String(each));
  }
  return pairs.size > 0 ? `${path}?${pairs}` : path;
}

function problem(answer: Response, text: string): ProblemError {
  const said = answer.headers.get("Retry-After") ?? "";
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = {}; // of something before the server, which speaks otherwise
  }
  const read = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  return new ProblemError(answer.status, read, /^\d+$/.test(said) ? Number(said) * 1000 : null);
}

function readEvent(block: string): Event | null {
  const fields: Record<string, string> = {};
  for (const line of block.split("\n")) {
    const at = line.indexOf(":");
    const name = at < 0 ? line : line.slice(0, at);
    if (name === "") continue;
    const value = at < 0 ? "" : line.slice(at + 1).replace(/^ /, "");
    fields[name] = name === "data" && "data" in fields ? `${fields["data"]}\n${value}` : value;
  }
  const { data } = fields;
  if (data === undefined) return null;
  return { id: fields["id"] ?? "", event: fields["event"] ?? "message", data: JSON.parse(data) };
}
