// What tabs of one browser agree on.

// Does `act` while no other tab does; where browsers have no such lock, at once.
export async function alone<T>(name: string, act: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  let begun = false;
  const once = () => {
    begun = true;
    return act();
  };
  try {
    return (await navigator.locks.request(name, signal ? { signal } : {}, once)) as T;
  } catch (error) {
    // There are none, or not for this page: one in a sandbox.
    if (begun || signal?.aborted) throw error;
    return act();
  }
}

// Aborted as soon as one of two is; not every browser has `AbortSignal.any`.
export function either(one: AbortSignal, other: AbortSignal): AbortSignal {
  const made = new AbortController();
  for (const each of [one, other]) {
    if (each.aborted) made.abort();
    each.addEventListener("abort", () => made.abort(), { once: true });
  }
  return made.signal;
}
