// Keys of every page: `?` lists them, G and a letter go to a menu, `/` to the search, F6 to the next part of the page.
// Keys of one letter work outside of fields only, and can be switched off (kept in this browser).
"use strict";

const OFF = "fd-letters-off";
const MENU_WITHIN_MS = 1_500;
const PARTS = "nav.fd-nav-side, main, [data-pane]";
let goingSince = -Infinity;

// Not in a field of a dialog that has just been closed, which keeps the focus until the next picture is drawn.
const typing = (element) => element.closest?.("input, textarea, select, [contenteditable]")?.checkVisibility() ?? false;
// The letter that a key means: what it types, or, where the layout has none of ours there, what is printed on the key.
// Other scripts of the page ask for it too.
globalThis.fdLetterOf = (event) => {
  const key = event.key.toLowerCase();
  const printed = /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase();
  return printed && /^\p{L}$/u.test(key) && !/^\p{Script=Latin}$/u.test(key) ? printed : key;
};
const lettersOff = () => localStorage.getItem(OFF) === "1";

for (const box of document.querySelectorAll("[data-letters]")) {
  box.checked = !lettersOff();
  box.addEventListener("change", () => localStorage.setItem(OFF, box.checked ? "0" : "1"));
}

function nextPart(back) {
  const parts = [...document.querySelectorAll(PARTS)].filter((part) => part.checkVisibility());
  const here = parts.findLastIndex((part) => part.contains(document.activeElement));
  const next = parts[(here + (back ? -1 : 1) + parts.length) % parts.length];
  if (!next.hasAttribute("tabindex")) next.tabIndex = -1;
  next.focus();
}

function letter(event) {
  const key = fdLetterOf(event);
  if (performance.now() - goingSince < MENU_WITHIN_MS) {
    goingSince = -Infinity;
    const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    if (link) {
      event.preventDefault();
      event.stopImmediatePropagation();
      location.href = link.href;
    }
  } else if (key === "g") {
    goingSince = performance.now();
  } else if (event.key === "?") {
    event.preventDefault();
    document.querySelector("[data-dialog=fd-keys]").click();
  } else if (/^[a-z]$/.test(key)) {
    // A page's own: `data-key` on a link or a button.
    const own = document.querySelector(`[data-key="${key}"]`);
    if (own?.checkVisibility()) {
      event.preventDefault();
      own.click();
    }
  } else if (event.key === "/") {
    const field = document.querySelector("[data-search]");
    if (field?.checkVisibility()) {
      event.preventDefault();
      field.focus();
    }
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key === "F6") {
    event.preventDefault();
    nextPart(event.shiftKey);
  } else if (!event.ctrlKey && !event.metaKey && !event.altKey) {
    if (typing(event.target) || document.querySelector("dialog[open]") || lettersOff()) return;
    letter(event);
  }
});
