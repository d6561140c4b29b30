// Where on a site the widget shows. `*` in a pattern is any part of a path, slashes too.

export interface Rules {
  hideOnPaths?: unknown;
  showOnPaths?: unknown;
  // Who is signed in, as for `AIAssistant.identify`.
  user?: unknown;
}

const MOST_PATTERNS = 200;

// Where the page says nothing, it is as the channel has it.
export function rules({ show_on_paths, hide_on_paths }: { show_on_paths?: unknown; hide_on_paths?: unknown }, given: Rules | undefined): Rules {
  const showOnPaths = given?.showOnPaths ?? show_on_paths;
  return { showOnPaths, hideOnPaths: given?.hideOnPaths ?? hide_on_paths, user: given?.user };
}

export function shows(path: string, rules: Rules): boolean {
  const only = patterns(rules.showOnPaths);
  if (only.length && !only.some((each) => fits(path, each))) return false;
  return !patterns(rules.hideOnPaths).some((each) => fits(path, each));
}

function patterns(given: unknown): string[] {
  if (!Array.isArray(given)) return [];
  return given.filter((each): each is string => typeof each === "string" && each !== "").slice(0, MOST_PATTERNS);
}

// Piece by piece, so that no pattern takes long, whatever it is. `/products/*` is `/products` too. Letters are the same as
// they are written and as browsers send them.
export function fits(path: string, pattern: string): boolean {
  const given = decoded(trimmed(path));
  const [first = "", ...rest] = trimmed(pattern).split("*").map(decoded);
  if (!rest.length) return given === first;
  const last = rest.pop() ?? "";
  if (!rest.length && !last && first.endsWith("/") && given === first.slice(0, -1)) return true;
  if (!given.startsWith(first) || !given.endsWith(last) || given.length < first.length + last.length) return false;
  let at = first.length;
  const end = given.length - last.length;
  for (const piece of rest) {
    const found = given.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}

function decoded(path: string): string {
  return path.replace(/(%[\da-f]{2})+/gi, (found) => {
    try {
      return decodeURIComponent(found);
    } catch {
      return found;
    }
  });
}

function trimmed(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}
