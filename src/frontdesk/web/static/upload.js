// Files for the knowledge base, one after the other: how far each is sent, and what became of it.
"use strict";

const form = document.querySelector("[data-upload]");
const list = document.querySelector("[data-outcomes]");
const said = form.dataset;

function row(name) {
  const item = document.createElement("li");
  item.className = "fd-li fd-wrapx fd-upload-row";
  const box = document.createElement("div");
  box.className = "fd-grow";
  const title = document.createElement("b");
  title.className = "fd-b";
  title.dir = "auto";
  title.textContent = name;
  const told = document.createElement("div");
  told.className = "fd-s fd-t2";
  told.textContent = said.waiting;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", name);
  box.append(title, told);
  item.append(box, bar);
  list.append(item);
  return { told, bar };
}

function end(shown, text, kind, notes = []) {
  shown.bar.remove();
  shown.told.textContent = text;
  shown.told.className = `fd-s ${kind}`;
  for (const note of notes) {
    const line = document.createElement("div");
    line.className = "fd-s fd-quec";
    line.dir = "auto";
    line.textContent = note;
    shown.told.after(line);
  }
}

function outcome(report) {
  const counts = { added: report.added, changed: report.changed, removed: report.removed };
  if (!report.added && !report.changed && !report.removed) return said.same;
  return Object.entries(counts).reduce(
    (text, [name, count]) => text.replace(`{${name}}`, new Intl.NumberFormat(document.documentElement.lang).format(count)),
    said.taken,
  );
}

// A limit of the plan, in the reader's language.
function full({ plan, most, used }) {
  const figures = new Intl.NumberFormat(document.documentElement.lang);
  const named = said[`plan${plan[0].toUpperCase()}${plan.slice(1)}`];
  const words = { plan: named, what: said.articles, most: figures.format(most), used: figures.format(used) };
  return said.full.replace(/\{(\w+)\}/g, (_, name) => words[name]);
}

function send(file, shown) {
  const asked = new URLSearchParams({
    name: file.name,
    source: form.elements.source.value,
    language: form.elements.language.value,
    status: form.elements.publish.checked ? "published" : "draft",
  });
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/articles/upload?${asked}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    const csrf = document.querySelector("meta[name=csrf]").content;
    if (csrf) request.setRequestHeader("X-CSRF-Token", csrf);
    request.upload.addEventListener("progress", (event) => {
      shown.bar.value = event.loaded / event.total;
      if (event.loaded === event.total) shown.told.textContent = said.reading;
    });
    request.addEventListener("error", () => {
      end(shown, said.unsent, "fd-badc");
      resolve();
    });
    request.addEventListener("load", () => {
      const told = JSON.parse(request.responseText);
      if (request.status !== 200) end(shown, told.detail, "fd-badc");
      else if (told.problem) end(shown, told.limit ? full(told.limit) : told.problem, "fd-badc", told.notes);
      else end(shown, outcome(told), "fd-okc", told.notes);
      resolve();
    });
    request.send(file);
  });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  button.classList.add("fd-working");
  const waiting = [...document.getElementById("files").files].map((file) => [file, row(file.name)]);
  for (const [file, shown] of waiting) {
    if (file.size > Number(said.most)) end(shown, said.large, "fd-badc");
    else await send(file, shown);
  }
  document.getElementById("files").value = "";
  button.removeAttribute("aria-disabled");
  button.classList.remove("fd-working");
});
