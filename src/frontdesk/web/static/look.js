// Settings, Integration: the preview follows the form as one types, and the tag has what is not saved yet.
"use strict";

const box = document.getElementById("look-preview");
const told = JSON.parse(box.dataset.told);
const stored = JSON.parse(box.dataset.stored);
const how = box.querySelector("form");
const stage = box.querySelector(".fd-look-stage");
const frame = box.querySelector("iframe");
const snippets = new Map([...document.querySelectorAll("[data-snippet] code")].map((code) => [code, code.textContent]));
const LINES = new Set(["starters", "show_on_paths", "hide_on_paths"]);
const ATTRIBUTES = {
  title: "title",
  language: "language",
  welcome_message: "welcome-message",
  primary_color: "primary-color",
  theme: "theme",
  position: "position",
  show_avatar: "show-avatar",
  width: "width",
  height: "height",
  auto_open: "auto-open",
  auto_open_delay_ms: "auto-open-delay",
  hide_on_mobile: "hide-on-mobile",
};
let ready = false;

// What the form says now, as it would be stored; it is another element after something was refused.
function given() {
  const form = document.querySelector("#look form");
  if (!form) return {};
  const found = {};
  for (const field of form.elements) {
    if (!field.name.startsWith("settings.") || (field.type === "radio" && !field.checked)) continue;
    const name = field.name.slice("settings.".length);
    found[name] = field.type === "checkbox" ? field.checked : field.value.trim();
  }
  return found;
}

const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

// The same as the widget is told of it.
function look() {
  const now = { ...told };
  for (const [name, value] of Object.entries(given())) {
    if (LINES.has(name)) now[name] = lines(value);
    else if (typeof told[name] === "number" || /^(width|height|auto_open_delay_ms)$/.test(name)) {
      if (value !== "" && Number.isFinite(Number(value))) now[name] = Number(value);
    } else now[name] = value;
  }
  now.title ||= stored.name;
  return now;
}

function show() {
  const { shown, device, ground } = Object.fromEntries(new FormData(how));
  stage.classList.toggle("fd-phone", device === "phone");
  fit();
  if (!ready) return;
  const sample = { question: box.dataset.question, answer: box.dataset.answer };
  // It has no origin that could be named; what it is told is no secret, and nobody else can be in this frame.
  frame.contentWindow.postMessage({ look: look(), ground, shown, sample }, "*");
}

// As large as there is room for.
function fit() {
  const scale = Math.min(1, (stage.clientWidth - (stage.classList.contains("fd-phone") ? 24 : 0)) / frame.offsetWidth);
  frame.style.transform = scale < 1 ? `scale(${scale})` : "";
  frame.style.marginBlockEnd = `${(scale - 1) * frame.offsetHeight}px`;
  const over = (frame.offsetWidth - stage.clientWidth) / 2;
  frame.style.marginInline = over > 0 ? `${-over}px` : "";
}

// --- the tag

const quoted = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");

function snippet() {
  const changed = Object.entries(given()).filter(([name, value]) => String(value) !== String(stored[name] ?? ""));
  const attributes = changed
    .filter(([name, value]) => name in ATTRIBUTES && value !== "")
    .map(([name, value]) => ` data-${ATTRIBUTES[name]}="${quoted(String(value))}"`)
    .join("");
  const rules = {};
  for (const [name, value] of changed) {
    if (name === "show_on_paths") rules.showOnPaths = lines(value);
    if (name === "hide_on_paths") rules.hideOnPaths = lines(value);
  }
  const before = Object.keys(rules).length
    ? `<script>window.AIAssistantConfig = ${JSON.stringify(rules).replace(/</g, "\\u003c")};</script>\n`
    : "";
  for (const [code, plain] of snippets) {
    const text = before + plain.replace(/(data-assistant-id="[^"]*")/, (said) => said + attributes);
    if (code.textContent !== text) code.textContent = text;
  }
  document.querySelector("[data-unsaved-line]").hidden = !attributes && !before;
}

// --- what the preview says back

function contrasted(found) {
  const say = (which, ratio, least) => {
    const line = box.querySelector(`[data-contrast="${which}"]`);
    line.hidden = !(ratio < least);
    const text = line.querySelector("[data-text]");
    const n = ratio.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
    if (text) text.textContent = text.dataset.text.replace("{n}", n);
  };
  box.querySelector('[data-contrast="none"]').hidden = Boolean(found);
  say("white", found ? found.white : 21, 4.5);
  say("light", found ? found.white : 21, 3);
  say("dark", found ? found.dark : 21, 3);
}

addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow) return;
  if (event.data.ready) {
    ready = true;
    show();
    return;
  }
  contrasted(event.data.contrast);
  box.querySelector("[data-hidden]").hidden = !event.data.hidden;
});

let frameOf = 0;
function changed() {
  cancelAnimationFrame(frameOf);
  frameOf = requestAnimationFrame(() => {
    show();
    snippet();
  });
}

how.addEventListener("change", changed);
for (const name of ["input", "change"]) {
  document.addEventListener(name, (event) => {
    if (event.target.closest("#look")) changed();
  });
}
document.addEventListener("reset", () => setTimeout(changed));
document.addEventListener("htmx:after:swap", changed);
new ResizeObserver(fit).observe(stage);
// A whole desktop is small on a phone.
if (matchMedia("(max-width: 767px)").matches) how.elements.device.value = "phone";
box.hidden = false;
frame.src = frame.dataset.src;
changed();
