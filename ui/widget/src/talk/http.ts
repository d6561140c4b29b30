// Requests to the program, and what can become of them.

import { asIs } from "../wire/keep";
import { heard } from "./silence";
import { told } from "./sse";

const ABOUT = "about.";

export class Refusal extends Error {
  // What was not said of the visitor as it has to be.
  readonly about: string;

  constructor(
    readonly status: number,
    message: string,
    readonly retryAfter: number,
    readonly code = "",
    field = "",
  ) {
    super(message);
    this.about = field.startsWith(ABOUT) ? field.slice(ABOUT.length) : "";
  }
}

export class Wire {
  // What was asked for last and came to nothing; empty where it was answered.
  cut = "";
  // Taken once: what the page does to its own `fetch` later is not ours.
  private readonly _fetch = fetch.bind(window);

  constructor(private readonly _base: string, readonly assistant: string) {}

  ask<T>(method: "GET" | "POST", name: string, token: string, body?: unknown): Promise<T> {
    return heard(async (signal) => (await this.send(method, name, token, signal, body)).json() as Promise<T>);
  }

  // What is answered as it is written: `draft` hears all there is so far.
  follow<T>(name: string, token: string, body: unknown, draft: (text: string) => void): Promise<T> {
    return heard(async (signal, alive) => {
      const answer = await this.send("POST", name, token, signal, body, "text/event-stream");
      for await (const { event, data } of told(answer.body, alive)) {
        const said = JSON.parse(data) as T & { text: string; status: number; detail?: string; code?: string; field?: string };
        if (event === "draft") draft(said.text);
        else if (event === "answer") return said;
        else if (event === "problem") throw new Refusal(said.status, said.detail ?? "", 0, said.code, said.field);
      }
      throw new Error("cut off");
    });
  }

  // Throws `Refusal` when the program says no, and whatever `fetch` throws when it was not reached.
  async send(method: string, name: string, token: string, signal: AbortSignal, body?: unknown, accept = "*/*"): Promise<Response> {
    const headers: Record<string, string> = { Accept: accept };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const address = this.at(name);
    const failed = (reason: unknown) => {
      this.cut = signal.aborted ? "" : address;
      throw reason;
    };
    const answer = await this._fetch(address, {
      method,
      headers,
      signal,
      credentials: "omit",
      cache: "no-store",
      ...(body === undefined ? {} : { body: JSON.stringify(body, asIs) }),
    }).catch(failed);
    this.cut = "";
    if (answer.ok) return answer;
    const why = (await answer.json().catch(() => ({}))) as { detail?: string; code?: string; field?: string };
    const wait = Number(answer.headers.get("Retry-After")) || 0;
    throw this.refusal(answer.status, why.detail ?? "", wait, why.code, why.field);
  }

  at(name: string): string {
    return `${this._base}/widget/${this.assistant}/${name}`;
  }

  refusal(status: number, message: string, retryAfter: number, code?: string, field?: string): Refusal {
    return new Refusal(status, message, retryAfter, code, field);
  }
}
