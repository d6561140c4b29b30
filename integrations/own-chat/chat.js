// A chat on API Rest. It asks the server it came from, which has the key; what anybody says is shown as text, never as HTML.

const KEPT = "own-chat";
const MOST_KEPT = 200;
const lines = document.getElementById("lines");
const field = document.getElementById("text");
const trouble = document.getElementById("trouble");

// What was said stays on this device, so that it is there after a reload. All tabs of the browser have the same conversation:
// none writes over what another has, each adds its own. `after` is how far this tab has fetched what people write. A line has its
// message as `unsent` until the answer came; what is `failed` says so.
const said = new Map();
const drawn = new Map();
const failed = new Set();
let visitor = "";
let after = "";

function stored() {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
    return { visitor: "", after: "", said: [], ...found };
  } catch {
    // It lasts as long as the page.
    return { visitor: "", after: "", said: [] };
  }
}

function keep() {
  const found = stored();
  visitor = found.visitor || visitor;
  take(found);
  try {
    localStorage.setItem(KEPT, JSON.stringify({ visitor, after, said: [...said.values()] }));
  } catch {
    // As above.
  }
}

function take(found) {
  for (const line of found.said) {
    // What arrived stays so, whatever was kept before.
    if (isUnsent(said.get(line.key) ?? { unsent: "" })) said.set(line.key, line);
  }
  const all = [...said.values()].sort((one, other) => one.at - other.at || (one.key < other.key ? -1 : 1));
  said.clear();
  for (const line of all.slice(-MOST_KEPT)) said.set(line.key, line);
  arrange();
}

function isUnsent(line) {
  return line.unsent !== undefined;
}

// Every tab has its lines in the order in which they are kept, whichever it heard of first.
function arrange() {
  const before = drawn.size;
  let next = null;
  for (const line of [...said.values()].reverse()) {
    const box = drawn.get(line.key) ?? draw(line);
    mark(box, line);
    if (box.parentNode !== lines || box.nextElementSibling !== next) lines.insertBefore(box, next);
    next = box;
  }
  if (drawn.size > before) lines.scrollTop = lines.scrollHeight;
}

// With its id it is the same message, so trying again doubles nothing.
function mark(box, line) {
  const is = isUnsent(line) && failed.has(line.key);
  const there = box.querySelector(".unsent");
  if (!is) there?.remove();
  if (!is || there) return;
  const again = element("button", { type: "button", textContent: "Try again", onclick: () => void deliver(line.key, line.unsent) });
  const note = element("p", { className: "unsent", textContent: "Not sent. " });
  note.append(again);
  box.append(note);
}

addEventListener("storage", (event) => {
  if (event.key !== KEPT) return;
  const found = stored();
  take(found);
  // Both wrote at the same moment, and this tab's was lost.
  const there = new Map(found.said.map((line) => [line.key, line]));
  const isLost = (line) => !there.has(line.key) || (isUnsent(there.get(line.key)) && !isUnsent(line));
  if ([...said.values()].some(isLost)) keep();
  if (said.size) void listen();
});

// A name that nobody guesses, made up when the visitor first writes: whoever has it reads this conversation. It goes with every
// request, so that the very first message is the same one too when it is sent again.
function name() {
  visitor = stored().visitor || visitor;
  if (!visitor) {
    const bytes = crypto.getRandomValues(new Uint8Array(24));
    visitor = btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
  }
  return visitor;
}

function link(address) {
  try {
    const url = new URL(address);
    return ["https:", "http:", "mailto:", "tel:"].includes(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}

function element(name, given) {
  return Object.assign(document.createElement(name), given);
}

function draw(bubble) {
  const all = element("div", { className: "line" });
  drawn.set(bubble.key, all);
  const box = element("div", { className: bubble.you ? "said you" : "said", dir: "auto" });
  if (bubble.text) box.append(bubble.text);
  if (bubble.image && link(bubble.image)) box.append(element("img", { src: link(bubble.image), alt: "Picture" }));
  if (bubble.attachment && link(bubble.attachment)) {
    box.append(element("a", { href: link(bubble.attachment), textContent: "Open the file", target: "_blank", rel: "noopener" }));
  }
  if (box.childNodes.length) all.append(box);
  for (const { title, payload, url } of bubble.buttons ?? []) {
    if (url) {
      if (link(url)) all.append(element("a", { href: link(url), textContent: title, target: "_blank", rel: "noopener" }));
    } else all.append(element("button", { type: "button", textContent: title, onclick: () => send(payload || title, title) }));
  }
  return all;
}

// `key` says which line it is, whichever tab it came to; `nth` keeps the order of what comes at once.
function show(bubble, key, nth = 0) {
  if (drawn.has(key)) return;
  said.set(key, { ...bubble, key, at: Date.now() + nth / 100 });
  keep();
}

async function send(message, shown = message) {
  const id = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
  name();
  show({ you: true, text: shown, unsent: message }, id);
  await deliver(id, message);
}

// The same id again is the same message, so a try after a cut doubles nothing.
async function deliver(id, message) {
  failed.delete(id);
  arrange();
  const headers = { "content-type": "application/json", "x-visitor": name() };
  const body = JSON.stringify({ message, id });
  for (let tries = 0; tries < 5; tries += 1) {
    try {
      const answer = await fetch("chat/send", { method: "POST", headers, body });
      if (answer.ok) {
        const bubbles = await answer.json();
        trouble.textContent = "";
        arrived(id);
        bubbles.forEach((bubble, nth) => show(bubble, `${id}/${nth}`, nth));
        void listen();
        return;
      }
      if (answer.status < 500 && answer.status !== 429) break;
    } catch {
      // No connection: once more.
    }
    trouble.textContent = "No connection. Trying again.";
    await new Promise((done) => setTimeout(done, 1000 * 2 ** tries));
  }
  trouble.textContent = "This was not sent.";
  failed.add(id);
  arrange();
}

function arrived(id) {
  const { unsent, ...line } = said.get(id) ?? {};
  if (line.key) said.set(id, line);
  keep();
}

// What people write comes by itself. Servers that can wait answer when there is something; others at once.
let listening = false;
async function listen() {
  if (listening) return;
  listening = true;
  for (;;) {
    const began = Date.now();
    let came = [];
    try {
      const answer = await fetch(`chat/news?after=${encodeURIComponent(after)}`, { headers: { "x-visitor": name() } });
      came = answer.ok ? await answer.json() : [];
    } catch {
      // Asked again below.
    }
    came.forEach((bubble, nth) => {
      after = bubble.id;
      show(bubble, bubble.id, nth);
    });
    if (!came.length && Date.now() - began < 4000) await new Promise((done) => setTimeout(done, 4000));
  }
}

document.getElementById("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const message = field.value.trim();
  field.value = "";
  field.focus();
  if (message) void send(message);
});

const before = stored();
after = before.after;
// Of what was on its way when the page went nobody knows whether it arrived.
for (const line of before.said.filter(isUnsent)) failed.add(line.key);
take(before);
if (said.size) void listen();
