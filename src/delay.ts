/**
 * Waits, and can be called off: how every pause in this package is made, so that a caller can put its own clock in
 * place of it.
 */
export type Delay = (ms: number, signal?: AbortSignal) => Promise<void>;

/**
 * Resolves after `ms` milliseconds. Rejects with `signal.reason`, as it is, when the signal is or gets aborted; the
 * timer and the listener are gone then, and after it too.
 */
export const delay: Delay = (ms, signal) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
