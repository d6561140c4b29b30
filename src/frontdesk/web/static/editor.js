// The text editor of a bot's file: numbers of lines, those that the check speaks of marked, Ctrl S saves, Tab indents.
// The form is sent by htmx; what is wrong comes back as #file-state.
"use strict";

const form = document.querySelector("[data-editor]");
const area = form?.querySelector("textarea[name=text]");
const numbers = form?.querySelector(".fd-code-n");
let leaving = false;
let sentText = null;

const path = () => form.querySelector("[name=path]").value;

// Which lines the check speaks of, the worst that it says of each.
function said() {
  const found = new Map();
  for (const link of form.querySelectorAll("#file-state [data-line]")) {
    if (link.dataset.file !== path()) continue;
    const bad = link.closest(".fd-li").querySelector(".fd-badc") !== null;
    if (bad || !found.has(link.dataset.line)) found.set(link.dataset.line, bad ? "fd-error" : "fd-warning");
  }
  return found;
}

function draw() {
  const lines = area.value.split("\n").length;
  const marks = said();
  const made = [];
  for (let line = 1; line <= lines; line += 1) {
    const number = document.createElement("b");
    number.textContent = line;
    const mark = marks.get(String(line));
    if (mark) number.className = mark;
    made.push(number);
  }
  numbers.replaceChildren(...made);
  numbers.scrollTop = area.scrollTop;
}

function goTo(line) {
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  area.scrollTop = Math.max(0, (line - 6) * 19);
}

function insert(text) {
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function save() {
  form.requestSubmit(form.querySelector("[data-save]"));
}

if (area) {
  draw();
  area.addEventListener("input", draw);
  area.addEventListener("scroll", () => {
    numbers.scrollTop = area.scrollTop;
  });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leaving = true;
    else if (event.key === "Tab" && !event.shiftKey && !leaving && !area.readOnly) {
      event.preventDefault();
      insert("  ");
    } else if (event.key !== "Shift") leaving = false;
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && fdLetterOf(event) === "s") {
      event.preventDefault();
      if (!area.readOnly) save();
    }
  });
  document.addEventListener("htmx:before:request", (event) => {
    if (event.detail.ctx.sourceElement === form) sentText = area.value;
  });
  document.addEventListener("htmx:after:swap", () => {
    const state = form.querySelector("#file-state");
    if (state?.hasAttribute("data-saved") && sentText !== null) {
      // What was typed meanwhile is not saved yet.
      area.defaultValue = sentText;
      form.classList.toggle("fd-dirty", area.value !== sentText);
      sentText = null;
      document.dispatchEvent(new Event("fd:saved"));
    }
    draw();
  });
  form.addEventListener("click", (event) => {
    const link = event.target.closest("[data-line]");
    if (link && link.dataset.file === path()) {
      event.preventDefault();
      goTo(Number(link.dataset.line));
    }
    if (event.target.closest("[data-take-theirs]")) {
      const theirs = form.querySelector("[data-theirs]").value;
      area.select();
      insert(theirs);
      area.focus();
    }
  });
  document.querySelector("[data-remove-file]")?.addEventListener("click", () => {
    form.classList.remove("fd-dirty");
    document.getElementById("file-remove").requestSubmit();
  });
  const wanted = /^#L(\d+)$/.exec(location.hash);
  if (wanted) goTo(Number(wanted[1]));
}
