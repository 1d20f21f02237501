const LISTENERS = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls the listener once when the signal is aborted, at once if it is already; there may be no signal. Returns what
 * takes the listener off again: to be called when the work is done, so that a long-lived signal does not gather them.
 *
 * However many there are, they are one to the signal: of more than ten, Node warns that memory may leak.
 */
export function whenAborted(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (!signal || signal.aborted) {
    if (signal) listener();
    return () => {};
  }
  const listeners = LISTENERS.get(signal) ?? new Set();
  LISTENERS.set(signal, listeners.add(listener));
  // It is added only once.
  signal.addEventListener('abort', callAll, { once: true });
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) signal.removeEventListener('abort', callAll);
  };
}

/** Calls them in their order. One that throws keeps no other from it, and becomes a rejection that nobody handles. */
function callAll(this: AbortSignal): void {
  // Not of the event's `currentTarget`, which Node has for the first listener of a signal alone.
  for (const listener of LISTENERS.get(this) ?? []) void new Promise<void>(() => listener());
}
