// Notices on this device: turned on and off on the page of one's account. The server forgets a device with its session, so
// in the next session of the same person the first page that is opened says so again. One that was removed, in whichever
// session, or that somebody else turned on, is turned off.
"use strict";

const API = "/api/v1/me/push-subscriptions";
const WORKER = "/panel/push_worker.js";
const SCOPE = "/panel";
const KEPT = "fd-push";
const NOTE = "/panel/fd-push";
const csrf = document.querySelector("meta[name=csrf]").content;
const account = document.body.dataset.account;
const box = document.querySelector("[data-push]");

const isSupported =
  isSecureContext && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

async function call(method, path = "", body = undefined) {
  const headers = { "content-type": "application/json", "X-CSRF-Token": csrf };
  const answer = await fetch(API + path, { method, headers, body: body && JSON.stringify(body) });
  const told = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw Object.assign(new Error(told.detail), { field: told.field });
  return told;
}

async function subscribed() {
  const registration = await navigator.serviceWorker.getRegistration(SCOPE);
  return registration ? registration.pushManager.getSubscription() : null;
}

function isFor(subscription, key) {
  const known = String.fromCharCode(...new Uint8Array(subscription.options.applicationServerKey ?? []));
  return btoa(known).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "") === key;
}

// The browser's subscription as the server knows it; made anew where it was for another key. `renews`: the device that it
// was, where nobody has asked for it now.
async function told(key, renews = undefined) {
  const registration = await navigator.serviceWorker.ready;
  let subscription = await registration.pushManager.getSubscription();
  if (subscription && !isFor(subscription, key)) {
    await subscription.unsubscribe();
    subscription = null;
  }
  subscription ??= await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const device = await call("POST", "", { ...subscription.toJSON(), renews });
  // For the worker too, which tells the server when the browser changes its address.
  const note = { account, csrf, key, id: device.id };
  await (await caches.open(KEPT)).put(NOTE, new Response(JSON.stringify(note)));
  localStorage.setItem(KEPT, csrf);
  return device;
}

async function noted() {
  const kept = await (await caches.open(KEPT)).match(NOTE);
  return kept ? kept.json() : null;
}

async function forget() {
  const subscription = await subscribed();
  await subscription?.unsubscribe();
  await caches.delete(KEPT);
  localStorage.removeItem(KEPT);
}

// What this device is, told to the server; null while notices are off here.
async function synced() {
  const [subscription, note] = [await subscribed(), await noted()];
  if (!subscription && !note) return null;
  if (!subscription || note?.account !== account || Notification.permission !== "granted") {
    await forget();
    return null;
  }
  const [{ data }, { public_key: key }] = await Promise.all([call("GET"), call("GET", "/key")]);
  const known = data.find((one) => one.id === note.id);
  if (note.csrf === csrf && !known) {
    await forget();
    return null;
  }
  await navigator.serviceWorker.register(WORKER, { scope: SCOPE });
  if (note.csrf === csrf && isFor(subscription, key)) return known;
  try {
    return await told(key, note.id);
  } catch (error) {
    if (error.field !== "renews") throw error;
    await forget();
    return null;
  }
}

function showing(state, reason = "") {
  for (const part of box.querySelectorAll("[data-push-state]")) {
    part.hidden = !part.dataset.pushState.split(" ").includes(state);
  }
  box.querySelector("[data-push-reason]").textContent = reason;
  box.dataset.push = state;
}

const refused = () => (Notification.permission === "denied" ? "denied" : "off");

async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") return showing(refused());
  showing("busy");
  const registration = await navigator.serviceWorker.register(WORKER, { scope: SCOPE });
  await registration.update();
  await told((await call("GET", "/key")).public_key);
  location.reload();
}

async function turnOff(device) {
  await call("DELETE", `/${device.id}`);
  await forget();
  location.reload();
}

async function tryOut(device) {
  const tried = await call("POST", `/${device.id}/test`, {});
  if (!tried.ok) throw new Error(tried.detail);
  const { done } = box.querySelector("[data-push-do=test]").dataset;
  document.body.dispatchEvent(new CustomEvent("fd:toast", { bubbles: true, detail: { text: done } }));
}

function on(name, run) {
  const button = box.querySelector(`[data-push-do=${name}]`);
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await run();
    } catch (error) {
      showing("failed", error.message);
    }
    button.disabled = false;
  });
}

async function begin() {
  if (!isSupported) return showing("unsupported");
  let device = null;
  on("on", turnOn);
  on("off", () => turnOff(device));
  on("test", () => tryOut(device));
  try {
    device = await synced();
    showing(device ? "on" : refused());
  } catch (error) {
    showing("failed", error.message);
  }
}

if (box) begin();
else if (isSupported && ![null, csrf].includes(localStorage.getItem(KEPT))) {
  // Nobody asked: what fails here is told on the page of the account.
  synced().catch(() => {});
}
