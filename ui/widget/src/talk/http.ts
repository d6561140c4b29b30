// Requests to the program, and what can become of them.

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfter: number,
  ) {
    super(message);
  }
}

const TIMEOUT_MS = 45_000;

export class Wire {
  // Taken once: what the page does to its own `fetch` later is not ours.
  private readonly _fetch = fetch.bind(window);

  constructor(private readonly _base: string, readonly assistant: string) {}

  async ask<T>(method: "GET" | "POST", name: string, token: string, body?: unknown): Promise<T> {
    const answer = await this.send(method, name, token, AbortSignal.timeout(TIMEOUT_MS), body);
    return (await answer.json()) as T;
  }

  // Throws `Refusal` when the program says no, and whatever `fetch` throws when it was not reached.
  async send(method: string, name: string, token: string, signal: AbortSignal, body?: unknown): Promise<Response> {
    const headers: Record<string, string> = {};
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await this._fetch(`${this._base}/widget/${this.assistant}/${name}`, {
      method,
      headers,
      signal,
      credentials: "omit",
      cache: "no-store",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (answer.ok) return answer;
    const told = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string };
    const wait = Number(answer.headers.get("Retry-After")) || 0;
    throw new Refusal(answer.status, told.code ?? "", told.detail ?? "", wait);
  }
}
