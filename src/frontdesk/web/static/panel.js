// The frame of the panel: the token of one's session goes along with what htmx sends; navigation and theme are kept.
// Tells others of its events: `fd:toast` on document ({text, undo, method}) shows a toast, see toast.js.
"use strict";

const texts = document.getElementById("fd-texts").dataset;
const csrf = document.querySelector("meta[name=csrf]").content;

document.addEventListener("htmx:config:request", (event) => {
  if (csrf) event.detail.ctx.request.headers["X-CSRF-Token"] = csrf;
});

// What went wrong before belongs to the try before.
document.addEventListener("htmx:before:request", () => {
  document.getElementById("fd-problem").replaceChildren();
});

// A button that works: its label stays, a ring takes the place of its icon, and a second press does nothing.
function working(event, on) {
  const source = event.detail.ctx.sourceElement;
  const form = source.closest("form");
  const button = event.detail.ctx.request.submitter ?? form?.querySelector("button:not([type=button])") ?? source.closest("button, a");
  if (!button) return;
  button.classList.toggle("fd-working", on);
  if (on) button.setAttribute("aria-disabled", "true");
  else button.removeAttribute("aria-disabled");
}
document.addEventListener("htmx:before:request", (event) => working(event, true));
document.addEventListener("htmx:finally:request", (event) => working(event, false));

document.addEventListener("htmx:error", () => {
  document.dispatchEvent(new CustomEvent("fd:toast", { detail: { text: texts.unsent } }));
});

// The first field at fault has the focus; a summary of several is read first.
document.addEventListener("htmx:after:swap", () => {
  const first = document.querySelector("[data-focus]");
  if (first) {
    first.removeAttribute("data-focus");
    first.focus();
  }
});

for (const button of document.querySelectorAll("[data-pin]")) {
  button.addEventListener("click", () => {
    const secure = location.protocol === "https:" ? ";secure" : "";
    document.cookie = `fd_nav=${button.dataset.pin};path=/panel;max-age=31536000;samesite=lax${secure}`;
    location.reload();
  });
}

const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

async function keep(theme) {
  // A page that is opened before everybody knows of the change has it, too.
  document.cookie = `fd_theme=${theme};path=/panel;max-age=3;samesite=lax`;
  try {
    const answer = await fetch("/api/v1/me", {
      method: "PATCH",
      headers: { "content-type": "application/json", "X-CSRF-Token": csrf },
      body: JSON.stringify({ theme }),
    });
    if (!answer.ok) throw new Error(answer.statusText);
  } catch {
    document.dispatchEvent(new CustomEvent("fd:toast", { detail: { text: texts.notSaved } }));
  }
}

for (const button of document.querySelectorAll("[data-theme-next]")) {
  button.addEventListener("click", () => {
    const now = root.dataset.bsTheme ?? (dark.matches ? "dark" : "light");
    root.dataset.bsTheme = now === "dark" ? "light" : "dark";
    keep(root.dataset.bsTheme);
  });
}
