// Toasts: one at a time, 6 s, 30 s with Undo; they stay while the pointer or the focus is on them. `fd:toast` on
// any element: {text, undo: path, method, next: whether the page that opens next is to show it}.
"use strict";

const KEPT = "fd-toast";
const region = document.getElementById("fd-toast");
const texts = document.getElementById("fd-texts").dataset;
let shown = null;
let timer = 0;

function gone() {
  clearTimeout(timer);
  shown = null;
  region.replaceChildren();
}

async function undo() {
  const told = shown;
  if (!told?.undo) return;
  gone();
  const csrf = document.querySelector("meta[name=csrf]").content;
  const method = told.method ?? "POST";
  const form = { "content-type": "application/x-www-form-urlencoded", "X-CSRF-Token": csrf, "HX-Request": "true" };
  try {
    const answer = await fetch(told.undo, { method, headers: form, body: "" });
    if (!answer.ok) throw new Error(answer.statusText);
    const path = answer.headers.get("hx-redirect");
    if (path) location.href = path;
    else location.reload();
  } catch {
    show({ text: texts.unsent });
  }
}

function wait() {
  clearTimeout(timer);
  timer = setTimeout(gone, shown?.undo ? 30_000 : 6_000);
}

function show(told) {
  gone();
  shown = told;
  const box = document.createElement("div");
  box.className = "fd-toast-w";
  const text = document.createElement("span");
  text.textContent = told.text;
  box.append(text);
  if (told.undo) {
    const button = document.createElement("button");
    button.type = "button";
    const key = document.createElement("kbd");
    key.textContent = /Mac/.test(navigator.platform) ? "⌘ Z" : "Ctrl Z";
    button.append(texts.undo, " ", key);
    button.addEventListener("click", undo);
    box.append(button);
  }
  for (const stay of ["pointerenter", "focusin"]) box.addEventListener(stay, () => clearTimeout(timer));
  for (const go of ["pointerleave", "focusout"]) box.addEventListener(go, wait);
  region.append(box);
  wait();
}

document.addEventListener("fd:toast", (event) => {
  // Of an answer that leads to another page, which shows it: what is pressed on a page that is going would be lost.
  if (event.detail.next) sessionStorage.setItem(KEPT, JSON.stringify({ ...event.detail, value: undefined, elt: undefined }));
  else show(event.detail);
});

const typing = (element) => element.closest?.("input, textarea, select, [contenteditable]");
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && fdLetterOf(event) === "z" && !event.shiftKey && shown?.undo) {
    if (typing(event.target)) return;
    event.preventDefault();
    undo();
  }
});

const kept = sessionStorage.getItem(KEPT);
if (kept) {
  sessionStorage.removeItem(KEPT);
  show(JSON.parse(kept));
}
