// What a page's visitor may have on this device.

// Where the window has the whole screen.
export const PHONE = "(max-width: 479px), (max-height: 459px)";

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
    return Object.keys(localStorage).some((name) => `${name}.`.startsWith(`frontdesk.${assistant}.`));
  } catch {
    return false;
  }
}

// Whether the window was open when something last became of it in this tab: empty for no, null where nothing did. Nothing is
// kept without a conversation.
export function inTab(assistant: string, open?: boolean): string | null {
  const name = `frontdesk.${assistant}.open`;
  try {
    if (!hasBegun(assistant)) return null;
    if (open !== undefined) sessionStorage.setItem(name, open ? "1" : "");
    return sessionStorage.getItem(name);
  } catch {
    return null;
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
