import type { Clock } from '../../src/clock.js';

export interface TransferClock extends Clock {
  /** Every pause that was asked for, in milliseconds, but for the watches over silent connections. */
  delays: number[];
  /** Lets every watch over a silent connection run out. */
  stall(): void;
}

/** The stall timeout for tests: a pause of this length is a watch. */
export const STALL_TIMEOUT_MS = 30_000;

/** Time for transfers: pauses end at once, and a connection is silent for too long when the test says so. */
export function createTransferClock(): TransferClock {
  let now = 1_700_000_000_000;
  const delays: number[] = [];
  const watches = new Set<() => void>();
  return {
    delays,
    now: () => now,
    random: () => 0.5,
    stall() {
      now += STALL_TIMEOUT_MS;
      for (const wake of watches) wake();
    },
    delay: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const done = () => {
          watches.delete(done);
          signal?.removeEventListener('abort', onAbort);
          resolve();
        };
        const onAbort = () => {
          watches.delete(done);
          reject(signal?.reason as Error);
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        if (ms === STALL_TIMEOUT_MS) {
          watches.add(done);
          return;
        }
        delays.push(ms);
        now += ms;
        setImmediate(done);
      }),
  };
}
