// Who is signed in on the page, as the page says it. Nothing is believed of it here: the program judges the proof.

// What the page has to tell that is kept apart from what others have on this device; empty for nobody.
export function idOf(user: unknown): string {
  const { token, user_id: id } = (user ?? {}) as { token?: unknown; user_id?: unknown };
  if (typeof token !== "string") return id === undefined || id === null ? "" : String(id);
  try {
    const body = atob((token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/"));
    return String((JSON.parse(body) as { sub?: unknown }).sub ?? token);
  } catch {
    return token.slice(-32);
  }
}
