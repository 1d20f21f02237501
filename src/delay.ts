import { whenAborted } from './when-aborted.js';

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
    const timer = setTimeout(() => {
      forget();
      resolve();
    }, ms);
    const forget = whenAborted(signal, () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    });
  });
