// Settings, Integration: the preview follows the form as one types, and the tag has what is not saved yet. Neither has
// what would not be accepted: the field says what would.
"use strict";

const box = document.getElementById("look-preview");
const stored = JSON.parse(box.dataset.stored);
const rules = JSON.parse(box.dataset.rules);
const how = box.querySelector("form");
const stage = box.querySelector(".fd-look-stage");
const frame = box.querySelector("iframe");
const snippets = new Map([...document.querySelectorAll("[data-snippet] code")].map((code) => [code, code.textContent]));
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
// What goes into the rules before the tag.
const PATHS = { show_on_paths: "showOnPaths", hide_on_paths: "hideOnPaths" };
const MEGABYTE = 1024 * 1024;
let ready = false;

const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

// What would be stored of what is written; undefined where it would be refused. `settings.py` of the channel says the same.
const READ = {
  number({ least, most, usual }, text) {
    if (!text) return usual;
    const found = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
    return found >= least && found <= most ? found : undefined;
  },
  color: (_, text) => (/^#[0-9a-f]{6}$/i.test(text) ? text.toLowerCase() : undefined),
  lines({ most, longest, begins }, text) {
    const found = lines(text);
    const fits = (line) => [...line].length <= longest && (!begins || begins.some((each) => line.startsWith(each)));
    return found.length <= most && found.every(fits) ? found.join("\n") : undefined;
  },
  written: ({ written }, text) => (!text || new RegExp(`^(?:${written})$`).test(text) ? text : undefined),
};

function read(name, value) {
  const rule = rules[name] ?? {};
  return rule.kind ? READ[rule.kind](rule, value) : value;
}

// What the form says now, as it would be stored; it is another element after something was refused.
function given() {
  const form = document.querySelector("#look form");
  const found = {};
  for (const field of form?.elements ?? []) {
    if (!field.name.startsWith("settings.") || (field.type === "radio" && !field.checked)) continue;
    const name = field.name.slice("settings.".length);
    const value = field.type === "checkbox" ? field.checked : read(name, field.value.trim());
    if (rules[name]?.kind) mark(field, rules[name], value === undefined);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

// As the program marks a field that it refused.
function mark(field, { hint, said }, wrong) {
  const note = document.getElementById(`${field.id}-note`);
  if (!note || wrong === field.hasAttribute("aria-invalid")) return;
  if (wrong) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  note.classList.toggle("fd-badc", wrong);
  note.textContent = wrong ? said : hint;
}

// What the widget is told of it, as `site_look.py` has it.
function look(values) {
  const { consent, consent_page: page, ask_why: why, files, files_mb: megabytes } = values;
  const asked = ["name", "email", "phone"].map((name) => [name, values[`ask_${name}`]]).filter(([, kind]) => kind !== "no");
  return {
    ...values,
    title: values.title || stored.name,
    starters: lines(values.starters),
    width: Number(values.width),
    height: Number(values.height),
    auto_open_delay_ms: Number(values.auto_open_delay_ms),
    sign_in: values.only_signed_in,
    ask: asked.length || consent ? { ...Object.fromEntries(asked), why, consent, page } : undefined,
    // Which kinds does not show: nothing is sent from here.
    files: files === "off" ? null : { most: 1, bytes: Number(megabytes) * MEGABYTE, accept: "" },
  };
}

function show(values) {
  const { shown, device, ground } = Object.fromEntries(new FormData(how));
  stage.classList.toggle("fd-phone", device === "phone");
  fit();
  if (!ready) return;
  const sample = { question: box.dataset.question, answer: box.dataset.answer, mails: values.mail_copies };
  // It has no origin that could be named; what it is told is no secret, and nobody else can be in this frame.
  frame.contentWindow.postMessage({ look: look(values), ground, shown, sample }, "*");
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

function snippet(now) {
  const changed = Object.entries(now).filter(([name, value]) => String(value) !== String(stored[name] ?? ""));
  const attributes = changed
    .filter(([name]) => name in ATTRIBUTES)
    // Without a title of its own the window has the assistant's name.
    .map(([name, value]) => [ATTRIBUTES[name], name === "title" ? value || stored.name : String(value)])
    .map(([name, value]) => ` data-${name}="${quoted(value)}"`)
    .join("");
  const paths = Object.fromEntries(changed.filter(([name]) => name in PATHS).map(([name, value]) => [PATHS[name], lines(value)]));
  const before = Object.keys(paths).length
    ? `<script>window.AIAssistantConfig = ${JSON.stringify(paths).replace(/</g, "\\u003c")};</script>\n`
    : "";
  for (const [code, plain] of snippets) {
    const text = before + plain.replace(/(data-assistant-id="[^"]*")/, (said) => said + attributes);
    if (code.textContent !== text) code.textContent = text;
  }
  document.querySelector("[data-unsaved-line]").hidden = !attributes && !before;
  left(changed.map(([name]) => name).filter((name) => !(name in ATTRIBUTES) && !(name in PATHS)));
}

// What the tag cannot carry.
function left(names) {
  const line = document.querySelector("[data-saved-only]");
  const listed = new Intl.ListFormat(document.documentElement.lang, { type: "unit" });
  line.hidden = !names.length;
  line.textContent = line.dataset.savedOnly.replace("{list}", () => listed.format(names.map((name) => rules[name].label)));
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
  say("white", found ? found.white : 21, 4.5);
  say("light", found ? found.white : 21, 3);
  say("dark", found ? found.dark : 21, 3);
}

addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow) return;
  if (event.data.ready) {
    ready = true;
    changed();
    return;
  }
  contrasted(event.data.contrast);
  box.querySelector("[data-hidden]").hidden = !event.data.hidden;
});

let frameOf = 0;
function changed() {
  cancelAnimationFrame(frameOf);
  frameOf = requestAnimationFrame(() => {
    const now = given();
    show({ ...stored, ...now });
    snippet(now);
  });
}

// That it opens by itself is seen where it is closed.
document.addEventListener("change", (event) => {
  if (event.target.name === "settings.auto_open" && event.target.checked) how.elements.shown.value = "button";
});
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
