// Forms: how many changes there are, leaving with some asks first, secrets are replaced, lists grow and shrink.
// A form with `data-fields` has a bar that shows once something differs from what is stored.
"use strict";

const texts = document.getElementById("fd-texts").dataset;
let sent = false;

const named = (form) => [...form.elements].filter((field) => field.name && field.type !== "hidden" && !field.disabled);

function stored(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.defaultChecked === field.checked;
  if (field instanceof HTMLSelectElement) {
    return [...field.options].every((option) => option.selected === option.defaultSelected) ||
      (!field.querySelector("option[selected]") && field.selectedIndex === 0);
  }
  return field.value === field.defaultValue;
}

function changes(form) {
  return new Set(named(form).filter((field) => !stored(field)).map((field) => field.name)).size +
    Number(form.dataset.rows ?? 0);
}

// The forms of plural stand in the page, by the names that Intl gives them.
function counted(bar, count) {
  const kind = new Intl.PluralRules(document.documentElement.lang).select(count);
  const form = bar.dataset[kind] ?? bar.dataset.other;
  return form.replace("{n}", new Intl.NumberFormat(document.documentElement.lang).format(count));
}

function marked(form) {
  const count = changes(form);
  form.classList.toggle("fd-dirty", count > 0 || "unsaved" in form.dataset);
  const bar = form.querySelector("[data-changes]");
  if (bar) bar.textContent = count ? counted(bar, count) : "";
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-fields]")) marked(form);
});
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-fields]")) marked(form);
});
document.addEventListener("reset", (event) => {
  const form = event.target;
  if (!form.matches("[data-fields]")) return;
  if ("unsaved" in form.dataset) {
    // What is stored is not on the page: the fields came back as they were sent.
    event.preventDefault();
    sent = true;
    location.reload();
    return;
  }
  delete form.dataset.rows;
  for (const row of form.querySelectorAll("[data-added]")) row.remove();
  for (const field of form.querySelectorAll("[data-secret-new]")) shut(field);
  setTimeout(() => marked(form));
});

function shut(box) {
  box.hidden = true;
  box.querySelector("input").disabled = true;
  box.previousElementSibling.hidden = false;
}

document.addEventListener("click", (event) => {
  const replace = event.target.closest("[data-replace]");
  if (replace) {
    const old = replace.closest("[data-secret-old]");
    const box = old.nextElementSibling;
    old.hidden = true;
    box.hidden = false;
    const input = box.querySelector("input");
    input.disabled = false;
    input.focus();
  }
  const keep = event.target.closest("[data-keep]");
  if (keep) {
    const box = keep.closest("[data-secret-new]");
    box.querySelector("input").value = "";
    shut(box);
    marked(keep.form);
  }
  const add = event.target.closest("[data-add-row]");
  if (add) {
    const row = add.previousElementSibling.content.firstElementChild.cloneNode(true);
    row.dataset.added = "";
    add.parentElement.querySelector("[data-rows-of]").append(row);
    row.querySelector("input, select, textarea").focus();
    marked(add.form);
  }
  const remove = event.target.closest("[data-remove-row]");
  if (remove) {
    const { form } = remove;
    const row = remove.closest("[data-row]");
    const next = row.nextElementSibling ?? row.previousElementSibling;
    if (!("added" in row.dataset)) form.dataset.rows = Number(form.dataset.rows ?? 0) + 1;
    row.remove();
    (next?.querySelector("input") ?? form.querySelector("[data-add-row]")).focus();
    marked(form);
  }
});

// A swatch and the field that it stands beside say the same colour.
function swatched(root) {
  for (const swatch of root.querySelectorAll("[data-swatch][hidden]")) {
    swatch.hidden = false;
    const field = document.getElementById(swatch.dataset.swatch);
    swatch.addEventListener("input", () => {
      field.value = swatch.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    const follow = () => {
      if (/^#[0-9a-f]{6}$/i.test(field.value.trim())) swatch.value = field.value.trim();
    };
    field.addEventListener("input", follow);
    field.form.addEventListener("reset", () => setTimeout(follow));
  }
}
swatched(document);
document.addEventListener("htmx:after:swap", () => swatched(document));

// A form that only chooses what is shown needs no button.
document.addEventListener("change", (event) => {
  if (event.target.form?.matches("[data-at-once]")) event.target.form.requestSubmit();
});

// Fields that matter for one choice only: `data-when="NAME=VALUE"`.
function relevant(form) {
  for (const box of form.querySelectorAll("[data-when]")) {
    const [name, value] = box.dataset.when.split("=");
    const fits = new FormData(form).get(name) === value;
    box.hidden = !fits;
    for (const field of box.querySelectorAll("input, select, textarea")) {
      if (!field.closest("[data-secret-new][hidden]")) field.disabled = !fits;
    }
  }
}
document.addEventListener("change", (event) => {
  if (event.target.form?.querySelector("[data-when]")) relevant(event.target.form);
});
document.addEventListener("htmx:after:swap", () => {
  for (const form of document.querySelectorAll("form[data-fields][data-unsaved]")) marked(form);
  for (const form of document.forms) if (form.querySelector("[data-when]")) relevant(form);
});
for (const form of document.forms) if (form.querySelector("[data-when]")) relevant(form);

document.addEventListener("htmx:before:response", (event) => {
  if (event.detail.ctx.response.headers.get("hx-redirect")) sent = true;
});
document.addEventListener("submit", (event) => {
  if (!event.target.hasAttribute("hx-post")) sent = true;
});
addEventListener("beforeunload", (event) => {
  if (!sent && document.querySelector("form[data-fields].fd-dirty")) {
    event.preventDefault();
    return texts.leave;
  }
  return undefined;
});
