const LISTENERS = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls the listener once when the signal is aborted, or immediately if it is aborted already. Returns a function that
 * removes the listener. Call it when the work is done, so that listeners do not accumulate on a long-lived signal.
 *
 * All listeners of a signal share one event listener, because Node warns of a memory leak if there are more than ten.
 */
export function whenAborted(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (!signal || signal.aborted) {
    if (signal) listener();
    return () => {};
  }
  const listeners = LISTENERS.get(signal) ?? new Set();
  LISTENERS.set(signal, listeners.add(listener));
  // Adding the same function again has no effect.
  signal.addEventListener('abort', callAll, { once: true });
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) signal.removeEventListener('abort', callAll);
  };
}

/**
 * Calls the listeners in order. If one throws, the others are called nevertheless, and its error is an unhandled
 * rejection.
 */
function callAll(this: AbortSignal): void {
  // `this` instead of the event's `currentTarget`, which Node sets only for the first listener of a signal.
  for (const listener of LISTENERS.get(this) ?? []) void new Promise<void>(() => listener());
}
