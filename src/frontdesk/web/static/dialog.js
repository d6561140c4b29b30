// Dialogs: `data-dialog="ID"` opens one, `data-close` inside closes it; Esc and a press beside it close it too, unless
// what was typed in it would be lost. One with `data-open` opens with the page. The browser keeps and returns the focus.
"use strict";

const texts = document.getElementById("fd-texts").dataset;

const dirty = (dialog) => dialog.querySelector("form.fd-dirty, form[data-fields].fd-dirty") !== null;

function close(dialog) {
  if (!dirty(dialog) || confirm(texts.leave)) dialog.close();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    document.querySelector("dialog[open]")?.close();
    dialog.showModal();
    dialog.dispatchEvent(new CustomEvent("fd:opened"));
    return;
  }
  const closer = event.target.closest("[data-close]");
  if (closer) close(closer.closest("dialog"));
});

// A press that began inside and ended outside marks text; it closes nothing.
document.addEventListener("pointerdown", (event) => {
  const dialog = event.target;
  if (!(dialog instanceof HTMLDialogElement) || !dialog.open) return;
  const box = dialog.getBoundingClientRect();
  const inside =
    event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside) close(dialog);
});

document.addEventListener(
  "cancel",
  (event) => {
    if (event.target instanceof HTMLDialogElement && dirty(event.target)) {
      event.preventDefault();
      close(event.target);
    }
  },
  true,
);

for (const dialog of document.querySelectorAll("dialog[data-open]")) dialog.showModal();
