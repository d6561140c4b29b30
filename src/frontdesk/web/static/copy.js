// Buttons that copy the text of the element they name. Without this script they stay hidden and the text is selected by a click.
"use strict";

function selected(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = window.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

async function copied(element) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(element.textContent);
    return;
  }
  // Pages that came over plain HTTP have no clipboard but this one.
  selected(element);
  if (!document.execCommand("copy")) throw new Error("the browser does not copy");
}

function ready(button) {
  const element = document.getElementById(button.dataset.copies);
  const [label, name] = [button.textContent, button.ariaLabel];
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await copied(element);
    } catch {
      selected(element);
      return;
    }
    button.textContent = button.ariaLabel = button.dataset.done;
    setTimeout(() => {
      button.textContent = label;
      button.ariaLabel = name;
    }, 2000);
  });
}

// Those that come later, in a part of the page, are hidden as all were in the beginning.
const every = () => document.querySelectorAll("[data-copies][hidden]").forEach(ready);
every();
document.addEventListener("htmx:after:swap", every);
