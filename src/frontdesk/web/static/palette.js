// Ctrl K: go to a menu or page, find a contact, run an action. Links of the navigation are found by themselves; a link
// or button anywhere with `data-command` is an action, called by its text. A script of the page that has more of them adds each,
// `{text, key, run}`, to what comes with the event `fd-commands`.
"use strict";

const dialog = document.getElementById("fd-palette");
const field = dialog.querySelector("input");
const list = document.getElementById("fd-palette-list");
const CONTACTS_FROM = 2;
const MOST_CONTACTS = 5;
const REST_MS = 150;
let found = [];
let chosen = 0;
let asked = 0;
let timer = 0;

const textOf = (element) => (element.dataset.command || element.textContent).replace(/\s+/g, " ").trim();

function known() {
  const go = [...document.querySelectorAll(".fd-nav-side a[href]:not(.fd-brand), #fd-more a[href]")];
  const run = [...document.querySelectorAll("[data-command]")].filter((element) => element.checkVisibility());
  const more = [];
  document.dispatchEvent(new CustomEvent("fd-commands", { detail: more }));
  const seen = new Set();
  const entries = [
    ...go.map((link) => ({ head: dialog.dataset.goHead, text: (link.querySelector("b") ?? link.querySelector("span"))?.textContent ?? textOf(link), href: link.href })),
    ...more.map((act) => ({ ...act, head: dialog.dataset.doHead })),
    ...run.map((element) => ({ head: dialog.dataset.doHead, text: textOf(element), element })),
  ];
  return entries.filter((entry) => {
    const key = entry.href ?? entry.text;
    return !seen.has(key) && seen.add(key);
  });
}

function drawn(entry, index) {
  const row = document.createElement("div");
  row.id = `fd-palette-${index}`;
  row.role = "option";
  row.ariaSelected = String(index === chosen);
  row.dir = "auto";
  row.textContent = entry.text;
  if (entry.key) {
    const sign = document.createElement("kbd");
    sign.textContent = entry.key;
    row.append(" ", sign);
  }
  row.addEventListener("click", () => run(entry));
  return row;
}

function draw() {
  chosen = Math.max(0, Math.min(chosen, found.length - 1));
  const rows = [];
  found.forEach((entry, index) => {
    if (entry.head !== found[index - 1]?.head) {
      const head = document.createElement("div");
      head.className = "fd-palette-h";
      head.role = "presentation";
      head.textContent = entry.head;
      rows.push(head);
    }
    rows.push(drawn(entry, index));
  });
  if (!found.length) {
    const none = document.createElement("div");
    none.className = "fd-palette-none";
    none.role = "option";
    none.ariaDisabled = "true";
    none.textContent = dialog.dataset.none;
    rows.push(none);
  }
  list.replaceChildren(...rows);
  field.setAttribute("aria-activedescendant", found.length ? `fd-palette-${chosen}` : "");
  document.getElementById(`fd-palette-${chosen}`)?.scrollIntoView({ block: "nearest" });
}

function run(entry) {
  dialog.close();
  if (entry.run) entry.run();
  else if (entry.href) location.href = entry.href;
  else entry.element.click();
}

async function contacts(words) {
  const mine = ++asked;
  const address = `${dialog.dataset.contacts}?limit=${MOST_CONTACTS}&q=${encodeURIComponent(words)}`;
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok || mine !== asked) return;
  const { data } = await answer.json();
  const rows = data.map((contact) => ({
    head: dialog.dataset.contactsHead,
    text: contact.name || contact.email || contact.phone || contact.id,
    href: `/panel/contacts/${encodeURIComponent(contact.id)}`,
  }));
  if (rows.length) {
    found = [...found, ...rows];
    draw();
  }
}

function search() {
  const words = field.value.trim().toLowerCase();
  found = known().filter((entry) => entry.text.toLowerCase().includes(words));
  chosen = 0;
  draw();
  clearTimeout(timer);
  asked += 1;
  if (dialog.dataset.contacts && words.length >= CONTACTS_FROM) timer = setTimeout(() => contacts(words), REST_MS);
}

function open() {
  document.querySelector("dialog[open]")?.close();
  field.value = "";
  dialog.showModal();
  search();
  field.focus();
}

field.addEventListener("input", search);
field.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    chosen = (chosen + step + found.length) % Math.max(found.length, 1);
    draw();
  } else if (event.key === "Enter" && found[chosen]) {
    event.preventDefault();
    run(found[chosen]);
  }
});
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && fdLetterOf(event) === "k") {
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
  }
});
