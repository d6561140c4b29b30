import type { Line, Shown } from "../src/wire/types";

// A program that answers each message, as far as the wire goes.
export class Desk {
  lines: Line[] = [];
  asked: string[] = [];
  ids: string[] = [];
  lost = 0;
  drafts: string[] = [];
  refuses = "";
  // How many messages it takes without an answer for their sender, whose token it knows no more.
  unanswered = 0;
  // What it wants to know of a visitor, and what it takes for an address.
  ask: Record<string, string> = {};
  about: Record<string, unknown> = {};
  users: (string | undefined)[] = [];
  held: ReadableStreamDefaultController | null = null;
  holds = false;
  // What it answers instead of a stream, and how many messages it puts off.
  streams: (() => Response) | null = null;
  full = 0;
  // For how many seconds it shows nothing to who asks.
  busy = 0;
  // It knows no conversation.
  gone = false;

  later(seconds: number): Response {
    return Response.json({ code: "too_many_tries" }, { status: 429, headers: { "Retry-After": String(seconds) } });
  }

  say(by: Line["by"], text: string): Line {
    const line: Line = { n: this.lines.length + 1, by, at: 0, parts: [{ type: "text", text }] };
    this.lines.push(line);
    return line;
  }

  shown(after: number): Shown {
    return { of: "conv_1", lines: this.lines.filter((line) => line.n > after), state: {}, after };
  }

  wrong(field: string): Response {
    return Response.json({ code: "invalid", detail: "why", field: `about.${field}` }, { status: 422 });
  }

  fetch = async (address: string, how: { method: string; body?: string }): Promise<Response> => {
    const [name = "", query = ""] = (address.split("/").at(-1) ?? "").split("?");
    this.asked.push(`${how.method} ${name}`);
    const after = Number(new URLSearchParams(query).get("after") ?? 0);
    if (this.refuses) return Response.json({ code: this.refuses, detail: "why" }, { status: 401 });
    if (name === "config") return Response.json({ ask: this.ask });
    const { about } = JSON.parse(how.body ?? "{}") as { about?: Record<string, string> };
    if (about?.email && !about.email.includes("@")) return this.wrong("email");
    Object.assign(this.about, about);
    const lacking = Object.keys(this.ask).find((each) => !this.about[each]);
    if (name === "messages" && lacking) return this.wrong(lacking);
    if (name === "session") this.users.push(how.body);
    if (name === "session") return Response.json({ token: "token" });
    if (name === "lines" && this.gone) return Response.json({ code: "not_found" }, { status: 404 });
    if (name === "lines" && this.busy) return this.later(this.busy);
    if (name === "lines") return Response.json(this.shown(after));
    if (name === "stream" && this.streams) return this.streams();
    if (name === "stream") return new Response(new ReadableStream());
    if (name === "messages" && this.full-- > 0) return this.later(60);
    if (this.holds) return new Response(new ReadableStream({ start: (held) => void (this.held = held) }));
    const { id, text } = JSON.parse(how.body ?? "{}") as { id: string; text: string };
    if (!this.ids.includes(id)) {
      this.ids.push(id);
      this.say("you", text);
      this.say("ai", `You said ${text}`);
    }
    if (this.unanswered-- > 0) {
      const code = { status: 401, code: "taken_unanswered" };
      return new Response(`event: problem\ndata: ${JSON.stringify(code)}\n\n`);
    }
    if (this.lost-- > 0) throw new TypeError("cut");
    const drafts = this.drafts.map((said) => `event: draft\ndata: ${JSON.stringify({ text: said })}\n\n`);
    return new Response(`${drafts.join("")}event: answer\ndata: ${JSON.stringify(this.shown(after))}\n\n`);
  };
}
