import { MAX_TIMER_MS } from './require.js';
import { whenAborted } from './when-aborted.js';

/** A signal that a deadline can abort as well as the caller. */
export interface Timeout {
  signal: AbortSignal;
  /** Lets go of the timer and of the caller's signal. To be called when the work is done, however it ended. */
  clear(): void;
}

/**
 * Ties a deadline to a signal. Not `AbortSignal.timeout`, because its timer cannot be let go of and keeps a page or a
 * process busy after the work is done.
 */
export function withTimeout(signal: AbortSignal | undefined, timeoutMs: number): Timeout {
  const controller = new AbortController();
  const expire = () => controller.abort(new DOMException('Timed out', 'TimeoutError'));
  const timer = setTimeout(expire, Math.min(timeoutMs, MAX_TIMER_MS));
  const forget = whenAborted(signal, (reason) => controller.abort(reason));
  return {
    signal: controller.signal,
    clear: () => {
      clearTimeout(timer);
      forget();
    },
  };
}
