// What a form still lacks stands in the page's own words at its field, instead of in a bubble of the browser's.
// Boxes to tick are counted at the button: an element with `data-left` in their form holds the forms of the line.
"use strict";

const texts = document.getElementById("fd-texts").dataset;
let led = false;

const lacking = (form) => [...form.elements].filter((field) => field.validity?.valueMissing);

function note(field) {
  const id = `${field.id || field.name}-missing`;
  const found = document.getElementById(id);
  if (found) return found;
  const line = document.createElement("span");
  line.id = id;
  line.className = "form-hint fd-badc";
  line.dataset.missingNote = field.getAttribute("aria-describedby") ?? "";
  field.after(line);
  return line;
}

function left(form, line) {
  const boxes = lacking(form).filter((field) => field.type === "checkbox");
  if (!boxes.length) return "";
  const own = boxes.find((field) => field.dataset.missing);
  if (own) return own.dataset.missing;
  const lang = document.documentElement.lang;
  const kind = new Intl.PluralRules(lang).select(boxes.length);
  return (line.dataset[kind] ?? line.dataset.other).replace("{n}", new Intl.NumberFormat(lang).format(boxes.length));
}

function told(field) {
  const line = field.form.querySelector("[data-left]");
  if (line && field.type === "checkbox") {
    line.textContent = left(field.form, line);
  } else {
    const own = note(field);
    own.textContent = texts.missing;
    field.setAttribute("aria-describedby", own.id);
  }
  field.setAttribute("aria-invalid", "true");
}

// The first field that lacks something gets the focus, as it would from the browser.
function lead(field) {
  if (led) return;
  led = true;
  setTimeout(() => {
    led = false;
  });
  field.focus();
}

document.addEventListener("invalid", (event) => {
  const field = event.target;
  if (!field.form || !field.validity.valueMissing) return;
  event.preventDefault();
  told(field);
  lead(field);
}, true);

function mended({ target: field }) {
  if (field.getAttribute?.("aria-invalid") !== "true" || !field.form || !field.willValidate || field.validity.valueMissing) return;
  const line = field.form.querySelector("[data-left]");
  if (line && field.type === "checkbox") {
    field.removeAttribute("aria-invalid");
    line.textContent = left(field.form, line);
    return;
  }
  const own = document.getElementById(`${field.id || field.name}-missing`);
  if (!own) return;
  field.removeAttribute("aria-invalid");
  if (own.dataset.missingNote) field.setAttribute("aria-describedby", own.dataset.missingNote);
  else field.removeAttribute("aria-describedby");
  own.remove();
}

document.addEventListener("input", mended);
document.addEventListener("change", mended);
