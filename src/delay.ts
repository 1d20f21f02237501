import { whenAborted } from './when-aborted.js';

/**
 * Resolves after `ms` milliseconds, or rejects with `signal.reason` when the signal is aborted. Every pause in this
 * package is made with such a function, so that a caller can replace it through its own {@link Clock}.
 */
export type Delay = (ms: number, signal?: AbortSignal) => Promise<void>;

/**
 * Resolves after `ms` milliseconds. Rejects with the unchanged `signal.reason` if the signal is already aborted or is
 * aborted meanwhile. In either case the timer and the listener are removed.
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
