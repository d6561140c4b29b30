// Desktop notices and a short sound for what needs this person; both off until they are asked for. Never for bot talk.
import type { Row } from "./api/types";
import type { App } from "./state/app";
import { openConversation } from "./state/moves";
import { t } from "./text/t";

let audio: AudioContext | null = null;
const told = new Map<string, number>();
const AGAIN_MS = 3_000;

export function announce(app: App, before: Row | undefined, row: Row): void {
  const me = app.boot.me.id;
  const mine = row.assignee?.id === me && row.owner === "human";
  const newLine = row.unread > (before?.unread ?? 0) && mine;
  const newInQueue = row.owner === "queued" && before?.owner !== "queued";
  const givenToMe = mine && before !== undefined && before.assignee?.id !== me && Date.now() - (app.touched.get(row.id) ?? 0) > AGAIN_MS;
  if (!newLine && !newInQueue && !givenToMe) return;
  const isOpen = document.visibilityState === "visible" && app.desk.get().open === row.id;
  if (isOpen && document.hasFocus()) return;
  const now = Date.now();
  if (now - (told.get(row.id) ?? 0) < AGAIN_MS) return;
  told.set(row.id, now);
  const settings = app.desk.get().me.settings ?? {};
  void once(`frontdesk.told.${row.id}.${row.version}`, () => {
    if (settings.sound) ring();
    const wish = mine ? (givenToMe ? settings.push_assigned : settings.push_lines) : settings.push_queue;
    if (!settings.notify) return;
    // Who looks at a conversation is sent nothing of it by the server, however far away their eyes are.
    const body = newInQueue && !mine ? t("notice_queue") : row.last_message?.preview || t("notice_new");
    if (isOpen || wish === false) notice(app, row, body);
    else void isPushed().then((pushed) => pushed || notice(app, row, body));
  });
}

// Whether the server tells this browser by itself, also while no page is open (`static/push.js`).
async function isPushed(): Promise<boolean> {
  try {
    const registration = await navigator.serviceWorker?.getRegistration("/panel");
    return Boolean(await registration?.pushManager.getSubscription());
  } catch {
    return false;
  }
}

// A click on a notice that the service worker showed.
export function followNotices(app: App): void {
  navigator.serviceWorker?.addEventListener("message", (event: MessageEvent<{ type?: unknown; conversation?: unknown } | null>) => {
    const told = event.data;
    if (told?.type === "fd:open" && typeof told.conversation === "string") openConversation(app, told.conversation);
  });
}

// One tab of many speaks: the first that gets the lock holds it a moment.
async function once(name: string, run: () => void): Promise<void> {
  if (!navigator.locks) {
    run();
    return;
  }
  await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    run();
    await new Promise((done) => setTimeout(done, AGAIN_MS));
  });
}

function notice(app: App, row: Row, body: string): void {
  if (!("Notification" in globalThis) || Notification.permission !== "granted") return;
  if (document.visibilityState === "visible" && document.hasFocus()) return;
  const made = new Notification(row.contact?.name || t("visitor"), { body: body.slice(0, 140), tag: row.id });
  made.onclick = () => {
    focus();
    made.close();
    openConversation(app, row.id);
  };
}

function ring(): void {
  try {
    audio ??= new AudioContext();
    const start = audio.currentTime;
    const gain = audio.createGain();
    gain.gain.setValueAtTime(0.0001, start);
    gain.gain.exponentialRampToValueAtTime(0.12, start + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + 0.5);
    gain.connect(audio.destination);
    for (const [frequency, at] of [[660, 0], [880, 0.12]] as const) {
      const tone = audio.createOscillator();
      tone.frequency.value = frequency;
      tone.connect(gain);
      tone.start(start + at);
      tone.stop(start + 0.5);
    }
  } catch {
    // A browser without sound: the notice and the count still tell.
  }
}

// Asks the browser; answers whether notices may be shown.
export async function mayNotify(): Promise<boolean> {
  if (!("Notification" in globalThis)) return false;
  if (Notification.permission === "granted") return true;
  return (await Notification.requestPermission()) === "granted";
}
