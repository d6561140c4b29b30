// Talking to a draft: a turn is appended by htmx; its preview goes along with the next line, buttons are tapped.
"use strict";

const form = document.querySelector("[data-try]");
const log = document.getElementById("try-log");
const text = form.querySelector("[name=text]");
const payload = form.querySelector("[name=payload]");

document.addEventListener("htmx:after:swap", () => {
  const turn = log.querySelector(".fd-turn:last-of-type");
  if (turn?.dataset.preview) form.querySelector("[name=preview]").value = turn.dataset.preview;
  if (!turn) return;
  text.value = "";
  payload.value = "";
  log.scrollTop = log.scrollHeight;
  text.focus();
});
form.addEventListener(
  "submit",
  (event) => {
    if (text.value.trim() || payload.value) return;
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
