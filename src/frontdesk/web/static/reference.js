// The reference of the API: narrows its list while somebody types, and tries a GET with the reader's own session.
// Without it the list is narrowed by the program, and nothing can be tried.
"use strict";

const MOST_SHOWN = 100_000;

function narrow(field) {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const group of document.querySelectorAll("[data-group]")) {
    const rows = [...group.querySelectorAll("[data-words]")];
    for (const row of rows) row.hidden = !words.every((word) => row.dataset.words.includes(word));
    const left = rows.filter((row) => !row.hidden).length;
    group.hidden = left === 0;
    shown += left;
  }
  document.querySelector("[data-none]").hidden = shown > 0;
  const count = document.querySelector("[data-count]");
  count.textContent = count.dataset.count.replace("{shown}", shown).replace("{total}", field.dataset.narrows);
}

const field = document.querySelector("[data-narrows]");
// A page that the program has narrowed already holds too little to narrow it here.
if (field && !new URLSearchParams(location.search).get("q")) {
  field.addEventListener("input", () => narrow(field));
  field.form.addEventListener("submit", (event) => event.preventDefault());
  // What was typed before this script had come, or before the browser went back to the page.
  if (field.value) narrow(field);
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function address(path, form) {
  const asked = new URLSearchParams();
  for (const input of form.querySelectorAll("[data-place]")) {
    const value = input.value.trim();
    if (input.dataset.place === "path") path = path.replace(`{${input.name}}`, encodeURIComponent(value));
    else if (value) asked.set(input.name, value);
  }
  return asked.size ? `${path}?${asked}` : path;
}

// The line is read aloud, the answer is not.
function show(section, line, body = "") {
  const [said, box] = [section.querySelector("[data-tried]"), section.querySelector("[data-tried-answer]")];
  said.dir = body ? "ltr" : "";
  said.textContent = line;
  box.textContent = body;
  box.hidden = !body;
}

for (const section of document.querySelectorAll("[data-tries]")) {
  const form = section.querySelector("form");
  section.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { tries, lost, cut } = section.dataset;
    const asked = address(tries, form);
    const began = performance.now();
    try {
      const answer = await fetch(asked, { headers: { accept: "application/json" } });
      const text = pretty(await answer.text());
      const took = Math.round(performance.now() - began);
      const body = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}\n${cut}` : text;
      show(section, `GET ${asked} · ${answer.status} · ${took} ms`, body);
    } catch {
      show(section, lost);
    }
  });
}
