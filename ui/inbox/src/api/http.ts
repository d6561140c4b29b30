// One way to call our API: JSON in, JSON out, the session's cookie and CSRF token, a time limit, and three kinds of trouble.

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly body: Record<string, unknown>,
    readonly etag: string | null = null,
  ) {
    super(detail || code);
  }
}

// Nothing came back: the line is down or the server does not answer. What was asked may or may not have happened.
export class Offline extends Error {}

export interface Ask {
  body?: unknown;
  raw?: BodyInit;
  query?: Record<string, string | number | boolean | null | undefined>;
  headers?: Record<string, string>;
  timeout_ms?: number;
  signal?: AbortSignal;
}

const TIMEOUT_MS = 20_000;
const BASE = "/api/v1";

// Heard by the page when the session is over.
export const SIGNED_OUT = "fd:signed-out";

export function csrf(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf"]')?.content ?? "";
}

export function address(path: string, query: Ask["query"] = {}): string {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "" && value !== false) asked.set(name, String(value));
  }
  const text = asked.toString();
  return BASE + path + (text ? `?${text}` : "");
}

export async function send(method: string, path: string, ask: Ask = {}): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json", ...ask.headers };
  if (method !== "GET") headers["x-csrf-token"] = csrf();
  let body: BodyInit | null = ask.raw ?? null;
  if (ask.body !== undefined) {
    headers["content-type"] = "application/json";
    body = JSON.stringify(ask.body);
  }
  const limit = AbortSignal.timeout(ask.timeout_ms ?? TIMEOUT_MS);
  const signal = ask.signal ? AbortSignal.any([ask.signal, limit]) : limit;
  let answer: Response;
  try {
    answer = await fetch(address(path, ask.query), { method, headers, body, signal, credentials: "same-origin" });
  } catch (error) {
    throw new Offline(String(error));
  }
  if (answer.ok) return answer;
  if (answer.status === 401) dispatchEvent(new Event(SIGNED_OUT));
  throw await problem(answer);
}

async function problem(answer: Response): Promise<Problem> {
  let body: Record<string, unknown> = {};
  try {
    body = (await answer.json()) as Record<string, unknown>;
  } catch {
    // A proxy's page in front of us: the status says enough.
  }
  const said = (name: string): string => (typeof body[name] === "string" ? (body[name] as string) : "");
  return new Problem(answer.status, said("code"), said("detail") || said("title"), body, answer.headers.get("etag"));
}

export async function call<T>(method: string, path: string, ask: Ask = {}): Promise<T> {
  const answer = await send(method, path, ask);
  if (answer.status === 204) return undefined as T;
  try {
    return (await answer.json()) as T;
  } catch (error) {
    throw new Offline(String(error));
  }
}

const LATER = new Set([401, 408, 429]);

// Whether asking again later may help: no answer, signed out, too busy, or broken on the other side.
export function passes(error: unknown): boolean {
  return error instanceof Offline || (error instanceof Problem && (LATER.has(error.status) || error.status >= 500));
}
