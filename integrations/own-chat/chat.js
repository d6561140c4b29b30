// A chat on API Rest. It asks the server it came from, which has the key; what anybody says is shown as text, never as HTML.

const KEPT = "own-chat";
const MOST_KEPT = 200;
const lines = document.getElementById("lines");
const field = document.getElementById("text");
const trouble = document.getElementById("trouble");

// What was said stays on this device, so that it is there after a reload.
let kept = { said: [], after: "" };
try {
  kept = { ...kept, ...JSON.parse(localStorage.getItem(KEPT) ?? "{}") };
} catch {
  // It lasts as long as the page.
}

function keep() {
  kept.said = kept.said.slice(-MOST_KEPT);
  try {
    localStorage.setItem(KEPT, JSON.stringify(kept));
  } catch {
    // As above.
  }
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
  const box = element("div", { className: bubble.you ? "said you" : "said", dir: "auto" });
  if (bubble.text) box.append(bubble.text);
  if (bubble.image && link(bubble.image)) box.append(element("img", { src: link(bubble.image), alt: "Picture" }));
  if (bubble.attachment && link(bubble.attachment)) {
    box.append(element("a", { href: link(bubble.attachment), textContent: "Open the file", target: "_blank", rel: "noopener" }));
  }
  if (box.childNodes.length) lines.append(box);
  for (const { title, payload, url } of bubble.buttons ?? []) {
    if (url) {
      if (link(url)) lines.append(element("a", { href: link(url), textContent: title, target: "_blank", rel: "noopener" }));
    } else lines.append(element("button", { type: "button", textContent: title, onclick: () => send(payload || title, title) }));
  }
  lines.scrollTop = lines.scrollHeight;
}

function show(bubble) {
  kept.said.push(bubble);
  keep();
  draw(bubble);
}

async function send(message, shown = message) {
  show({ you: true, text: shown });
  // The same id again is the same message, so a try after a cut doubles nothing.
  const body = JSON.stringify({ message, id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` });
  for (let tries = 0; tries < 5; tries += 1) {
    try {
      const answer = await fetch("chat/send", { method: "POST", headers: { "content-type": "application/json" }, body });
      if (answer.ok) {
        trouble.textContent = "";
        for (const bubble of await answer.json()) show(bubble);
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
      const answer = await fetch(`chat/news?after=${encodeURIComponent(kept.after)}`);
      came = answer.ok ? await answer.json() : [];
    } catch {
      // Asked again below.
    }
    for (const bubble of came) {
      kept.after = bubble.id;
      show(bubble);
    }
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

for (const bubble of kept.said) draw(bubble);
if (kept.said.length) void listen();
