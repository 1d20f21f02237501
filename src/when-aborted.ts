/**
 * Calls the listener once when the signal is aborted, at once if it is already; there may be no signal. Returns what
 * takes the listener off again: to be called when the work is done, so that a long-lived signal does not gather them.
 */
export function whenAborted(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal?.aborted) listener();
  else signal?.addEventListener('abort', listener, { once: true });
  return () => signal?.removeEventListener('abort', listener);
}
