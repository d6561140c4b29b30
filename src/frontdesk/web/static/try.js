// Talking to a draft: a turn is appended by htmx; its preview goes along with the next line, buttons are tapped.
// What is saved beside it is talked to from the next line on.
"use strict";

const form = document.querySelector("[data-try]");
const log = document.getElementById("try-log");
const text = form.querySelector("[name=text]");
const payload = form.querySelector("[name=payload]");
const preview = form.querySelector("[name=preview]");
const first = log.innerHTML;
let shown = log.childElementCount;
// Which conversation is being held: an answer that was on its way when another began does not bring the former one back.
let held = 0;
let asked = 0;

document.addEventListener("htmx:after:swap", () => {
  // Others on this page swap too.
  if (log.childElementCount === shown) return;
  shown = log.childElementCount;
  const turn = log.lastElementChild;
  if (turn.dataset.preview && asked === held) preview.value = turn.dataset.preview;
  text.value = "";
  payload.value = "";
  log.scrollTop = log.scrollHeight;
  text.focus();
});
document.addEventListener("fd:saved", () => {
  held += 1;
  if (log.childElementCount === 1 || log.lastElementChild.matches(".fd-try-anew")) return;
  preview.value = "";
  log.append(document.querySelector("[data-try-anew]").content.cloneNode(true));
  shown = log.childElementCount;
  log.scrollTop = log.scrollHeight;
});
document.querySelector("[data-try-over]").addEventListener("click", () => {
  held += 1;
  preview.value = "";
  log.innerHTML = first;
  shown = log.childElementCount;
  text.focus();
});
form.addEventListener(
  "submit",
  (event) => {
    if (text.value.trim() || payload.value) {
      asked = held;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);
log.addEventListener("click", (event) => {
  const button = event.target.closest("[data-say]");
  if (!button) return;
  text.value = button.dataset.say;
  payload.value = button.dataset.payload;
  form.requestSubmit();
});
