// Writing an article: what customers would read of it is drawn anew shortly after the last letter.
"use strict";

const AFTER_MS = 1_200;
let timer = 0;

document.addEventListener("input", (event) => {
  if (event.target.id !== "f-body") return;
  clearTimeout(timer);
  timer = setTimeout(() => document.querySelector("[data-preview]")?.click(), AFTER_MS);
});
