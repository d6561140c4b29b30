// Creating an assistant of a folder or a zip: the browser reads the files and hands them to the API; the other ways
// are a form like any other.
"use strict";

const API = "/api/v1/assistants";
const MOST_BYTES = 5_000_000;
const KINDS = /\.(ya?ml|js|json|md)$/;
const form = document.querySelector("[data-begin]");

async function send(address, type, body) {
  const csrf = document.querySelector("meta[name=csrf]").content;
  const headers = { "content-type": type, ...(csrf ? { "X-CSRF-Token": csrf } : {}) };
  const answer = await fetch(address, { method: "POST", headers, body });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.detail ?? form.dataset.failed);
  return told;
}

async function picked(files) {
  const found = {};
  let bytes = 0;
  for (const file of files) {
    const path = file.webkitRelativePath || file.name;
    if (!KINDS.test(path) || /(^|\/)\./.test(path)) continue;
    bytes += file.size;
    if (bytes > MOST_BYTES) throw new Error(form.dataset.failed);
    found[path] = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await file.arrayBuffer());
  }
  return found;
}

async function made() {
  const name = form.elements.name.value.trim();
  const [zip] = form.querySelector("[data-zip]").files;
  const folder = form.querySelector("[data-folder]").files;
  if (zip) return send(`${API}/upload?name=${encodeURIComponent(name)}`, "application/zip", zip);
  if (!folder.length) throw new Error(form.dataset.empty);
  const files = await picked(folder);
  return send(API, "application/json", JSON.stringify({ name, begin: "files", files }));
}

async function begin() {
  const problem = form.querySelector("[data-problem]");
  const button = form.querySelector("button.btn-primary");
  problem.textContent = "";
  button.classList.add("fd-working");
  try {
    const { id } = await made();
    if (form.elements.publish.checked) {
      // A bot with mistakes stays a draft, and its page says what they are.
      await send(`${API}/${id}/draft/publish`, "application/json", "{}").catch(() => undefined);
    }
    location.href = `/panel/ai/${id}`;
  } catch (error) {
    problem.textContent = error instanceof TypeError ? form.dataset.unread : error.message;
    button.classList.remove("fd-working");
  }
}

// One or the other: what is picked last takes the place of what was picked before.
form?.addEventListener("change", ({ target }) => {
  const other = form.querySelector(target.matches("[data-zip]") ? "[data-folder]" : "[data-zip]");
  if (target.type === "file" && target.files.length) other.value = "";
});

form?.addEventListener(
  "submit",
  (event) => {
    if (new FormData(form).get("begin") !== "files") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    begin();
  },
  true,
);
