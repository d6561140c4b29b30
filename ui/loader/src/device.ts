// What a page's visitor may have on this device.

// Whether this browser keeps anything for the page.
export function keeps(): boolean {
  try {
    return !!localStorage && !!sessionStorage;
  } catch {
    return false;
  }
}

// Whether there is a conversation on this device, in which there may be news.
export function hasBegun(assistant: string): boolean {
  try {
    const mine = `frontdesk.${assistant}`;
    return Object.keys(localStorage).some((name) => name === mine || name.startsWith(`${mine}.`));
  } catch {
    return false;
  }
}

// Not every browser tells when it has time.
export function idle(act: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(act);
  else setTimeout(act, 1000);
}

export function safely<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    console.error("AIAssistant:", error);
    return undefined;
  }
}
