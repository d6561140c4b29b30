// What may wait until the browser has time, and whether there is such.

// Whether there is a conversation on this device, in which there may be news.
export function hasBegun(assistant: string): boolean {
  try {
    return localStorage.getItem(`frontdesk.${assistant}`) !== null;
  } catch {
    return false;
  }
}

// Not every browser tells when it has time.
export function idle(act: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(act);
  else setTimeout(act, 1000);
}
