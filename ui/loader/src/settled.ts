import type { Config } from "./options";

// What the installation says of this channel; null when it says that there is none for this page.
export async function settled(base: string, assistant: string): Promise<Config | null> {
  if (!/^[a-z0-9_-]{2,64}$/i.test(assistant)) {
    console.error("AIAssistant: data-assistant-id is missing, or is none.");
    return null;
  }
  try {
    const answer = await fetch(`${base}/widget/${assistant}/config`, { credentials: "omit" });
    if (answer.ok) return (await answer.json()) as Config;
    const why = (await answer.json().catch(() => ({}))) as { detail?: string };
    console.error(`AIAssistant ${assistant}: ${why.detail ?? answer.status}`);
    return null;
  } catch {
    // No connection just now: the launcher is there all the same, and says so when it is opened.
    return {};
  }
}
