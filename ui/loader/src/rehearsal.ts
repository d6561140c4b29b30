// What stands in for the program and for the browser's memory in the preview: a conversation of two lines, and an answer to
// whatever is written.

export interface Sample {
  question: string;
  answer: string;
  // What was said can be sent by mail.
  mails: boolean;
}

const THINKS_MS = 900;

// Of a frame that may keep nothing. What is kept are its own names, as in a browser.
export class Stored {
  [name: string]: unknown;

  getItem(name: string): string | null {
    return Object.hasOwn(this, name) ? String(this[name]) : null;
  }

  setItem(name: string, value: string): void {
    this[name] = value;
  }

  removeItem(name: string): void {
    delete this[name];
  }

  // As if there had been a conversation before, or none.
  begun(name: string, is: boolean): void {
    for (const each of Object.keys(this)) delete this[each];
    if (!is) return;
    this.setItem(name, JSON.stringify({ token: "preview" }));
    this.setItem(`${name}.seen`, "2");
    this.setItem(`${name}.quiet`, "true");
  }
}

interface Line {
  n: number;
  by: "you" | "ai";
  at: number;
  parts: { type: "text"; text: string }[];
}

export function answered(sample: () => Sample): typeof fetch {
  let lines: Line[] = [];
  const say = (by: Line["by"], text: string) => {
    lines.push({ n: lines.length + 1, by, at: Date.now(), parts: [{ type: "text", text }] });
  };
  const shown = (some: Line[], owner = "bot") => ({ of: "preview", lines: some, state: { owner, away: true, mail: sample().mails }, after: 0 });
  const acts: Record<string, string> = { person: "queued", end: "closed" };
  const by: Record<string, (body: Record<string, string>) => Promise<Response> | Response> = {
    session: () => Response.json({ token: "preview" }),
    lines: () => {
      lines = [];
      say("you", sample().question);
      say("ai", sample().answer);
      return Response.json(shown(lines));
    },
    messages: async ({ text = "" }) => {
      say("you", text);
      const said = lines.length - 1;
      await new Promise((done) => setTimeout(done, THINKS_MS));
      say("ai", sample().answer);
      return new Response(`event: answer\ndata: ${JSON.stringify(shown(lines.slice(said)))}\n\n`);
    },
    acts: ({ do: what = "" }) => Response.json(shown([], acts[what] ?? "bot")),
    // Nothing is ever said on it.
    stream: () => new Response(new ReadableStream()),
    mail: () => Response.json({}),
    transcript: () => new Response(lines.map((line) => line.parts[0]?.text).join("\n")),
  };
  return async (address, init) => {
    const name = new URL(String(address)).pathname.split("/").pop() ?? "";
    const act = by[name];
    if (!act) return Response.json({}, { status: 404 });
    return act(typeof init?.body === "string" ? JSON.parse(init.body) : {});
  };
}
