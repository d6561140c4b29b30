// The box that posts one message to the address it stands for, as a system outside would, and shows what came back.
"use strict";

// The line is read aloud, the answer is not.
function show(form, line, body = "") {
  const [said, box] = [form.querySelector("[data-tried]"), form.querySelector("[data-tried-answer]")];
  said.dir = body ? "ltr" : "";
  said.textContent = line;
  box.textContent = body;
  box.hidden = !body;
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

async function post(form) {
  const fields = new FormData(form);
  const key = fields.get("key");
  const headers = { "content-type": "application/json", ...(key ? { authorization: `Bearer ${key}` } : {}) };
  const body = JSON.stringify({ sender: fields.get("sender"), message: fields.get("message") });
  const began = performance.now();
  // Without the session: whoever posts from outside has none.
  const answer = await fetch(form.dataset.wire, { method: "POST", headers, body, credentials: "omit" });
  const text = await answer.text();
  const took = Math.round(performance.now() - began);
  return [`${answer.status} · ${took} ms`, pretty(text)];
}

for (const form of document.querySelectorAll("[data-wire]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      show(form, ...(await post(form)));
    } catch {
      show(form, form.dataset.lost);
    }
  });
}
