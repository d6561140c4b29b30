// A chat page of your own: serves it, and passes its messages on with the key, which no browser ever sees.
//
// FRONTDESK_URL=https://desk.example.com/a/asst_... FRONTDESK_KEY=fd_rasa_... node server.mjs

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const { FRONTDESK_URL, FRONTDESK_KEY, HOST = "127.0.0.1", PORT = "8080" } = process.env;
if (!FRONTDESK_URL || !FRONTDESK_KEY) throw new Error("Set FRONTDESK_URL and FRONTDESK_KEY.");
const URL_ = `${FRONTDESK_URL.replace(/\/+$/, "")}/webhooks/rest`;
const MOST_BYTES = 40_000;
const WAIT_S = 20;
const FILES = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/chat.css": ["chat.css", "text/css"],
  "/chat.js": ["chat.js", "text/javascript"],
};

// What the assistant's address answers: status and text.
async function ask(path, body) {
  const headers = { authorization: `Bearer ${FRONTDESK_KEY}`, ...(body ? { "content-type": "application/json" } : {}) };
  try {
    const method = body ? "POST" : "GET";
    const answer = await fetch(URL_ + path, { method, headers, body, signal: AbortSignal.timeout(60_000) });
    return [answer.status, answer.ok ? await answer.text() : "[]"];
  } catch {
    return [502, "[]"];
  }
}

// By what the desk knows the browser: from the name that the page made up, which nobody guesses and the desk never sees.
function senderOf(request) {
  const visitor = request.headers["x-visitor"] ?? "";
  return /^[A-Za-z0-9_-]{32}$/.test(visitor) ? createHash("sha256").update(visitor).digest("hex") : "";
}

// A page of somebody else's may not write in a visitor's name.
function isOwn(request) {
  try {
    return new URL(request.headers.origin ?? "").host === request.headers.host;
  } catch {
    return false;
  }
}

async function read(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function send(request) {
  if (!isOwn(request)) return [403, "[]"];
  const body = await read(request);
  if (body === null) return [413, "[]"];
  let given;
  try {
    given = JSON.parse(body);
  } catch {
    return [400, "[]"];
  }
  const { message, id } = given ?? {};
  const sender = senderOf(request);
  if (typeof message !== "string" || typeof id !== "string" || !sender) return [400, "[]"];
  return ask("/webhook", JSON.stringify({ sender, message, metadata: { message_id: id } }));
}

async function news(request, after) {
  const sender = senderOf(request);
  if (!sender) return [400, "[]"];
  return ask(`/messages?${new URLSearchParams({ sender, wait: WAIT_S, answers: "false", ...(after ? { after } : {}) })}`);
}

async function answer(request) {
  const { pathname, searchParams } = new URL(request.url, "http://here");
  if (request.method === "POST") return pathname === "/chat/send" ? send(request) : [404, "[]"];
  if (pathname === "/chat/news") return news(request, searchParams.get("after"));
  const [name, kind] = FILES[pathname] ?? [];
  return name ? [200, await readFile(new URL(name, import.meta.url)), { "content-type": kind }] : [404, "[]"];
}

createServer(async (request, response) => {
  const [status, body, headers] = await answer(request).catch(() => [500, "[]"]);
  const own = { "content-type": "application/json", "cache-control": "no-store", "x-content-type-options": "nosniff" };
  response.writeHead(status, { ...own, ...headers }).end(body);
}).listen(Number(PORT), HOST);
