// The service worker of the panel: shows notices that come while no page is open, and leads to what they tell of. It
// answers no requests and keeps no pages. Served at /panel/push_worker.js, for its scope.
"use strict";

const API = "/api/v1/me/push-subscriptions";
const KEPT = "fd-push";
const NOTE = "/panel/fd-push";
const INBOX = "/panel/chats";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

function read(data) {
  try {
    const told = data.json();
    if (typeof told.title === "string" && told.path.startsWith("/panel")) return told;
  } catch {
    // Sent by nobody of ours, or by a newer release: that something waits is all there is to say.
  }
  return { title: "Frontdesk", body: "", tag: "frontdesk", path: "/panel", lang: "", at: Date.now() };
}

const conversationOf = (address) => new URL(address, self.location.origin).searchParams.get("conversation");

async function windows() {
  return self.clients.matchAll({ type: "window", includeUncontrolled: true });
}

async function show(told) {
  const conversation = conversationOf(told.path);
  const isSeen = (one) => one.focused && conversation !== null && conversationOf(one.url) === conversation;
  if ((await windows()).some(isSeen)) return;
  await self.registration.showNotification(told.title, {
    body: told.body,
    tag: told.tag,
    renotify: true,
    lang: told.lang,
    dir: "auto",
    timestamp: told.at,
    icon: "/static/icon.svg",
    data: { path: told.path },
  });
}

async function open(path) {
  const conversation = conversationOf(path);
  const inbox = (await windows()).find((one) => new URL(one.url).pathname === INBOX);
  if (inbox && conversation) {
    inbox.postMessage({ type: "fd:open", conversation });
    await inbox.focus();
  } else {
    await self.clients.openWindow(path);
  }
}

// The browser gave itself another address: it is told to the server in the session in which notices were turned on.
async function again(event) {
  const kept = await (await caches.open(KEPT)).match(NOTE);
  if (!kept) return;
  const note = await kept.json();
  const { csrf, key } = note;
  const options = event.oldSubscription?.options ?? { userVisibleOnly: true, applicationServerKey: key };
  const subscription = event.newSubscription ?? (await self.registration.pushManager.subscribe(options));
  const headers = { "content-type": "application/json", "X-CSRF-Token": csrf };
  const answer = await fetch(API, { method: "POST", headers, body: JSON.stringify({ ...subscription.toJSON(), renews: note.id }) });
  // Where it is refused the session is over, and the next one says it again.
  if (!answer.ok) return;
  const { id } = await answer.json();
  await (await caches.open(KEPT)).put(NOTE, new Response(JSON.stringify({ ...note, id })));
}

self.addEventListener("push", (event) => event.waitUntil(show(read(event.data))));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.path ?? "/panel"));
});
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(again(event)));
