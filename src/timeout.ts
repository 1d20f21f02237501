import { whenAborted } from './when-aborted.js';

/** A signal that a deadline can abort as well as the caller. */
export interface Timeout {
  signal: AbortSignal;
  /** Whether it was the deadline. */
  expired(): boolean;
  /** Lets go of the timer and of the caller's signal. To be called when the work is done, however it ended. */
  clear(): void;
}

// A longer one would go off at once.
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Ties a deadline to a signal. Not `AbortSignal.timeout`, because its timer cannot be let go of and keeps a page or a
 * process busy after the work is done.
 */
export function withTimeout(signal: AbortSignal | undefined, timeoutMs: number): Timeout {
  const controller = new AbortController();
  let expired = false;
  const timer = setTimeout(
    () => {
      expired = true;
      controller.abort(new DOMException('Timed out', 'TimeoutError'));
    },
    Math.min(timeoutMs, MAX_TIMER_MS),
  );
  const forget = whenAborted(signal, (reason) => controller.abort(reason));
  return {
    signal: controller.signal,
    expired: () => expired,
    clear: () => {
      clearTimeout(timer);
      forget();
    },
  };
}
