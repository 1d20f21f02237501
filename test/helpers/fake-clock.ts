import type { Clock } from '../../src/clock.js';

export interface FakeClock extends Clock {
  /** Every pause that was made, in milliseconds. */
  delays: number[];
  /** Lets time pass without a pause. */
  advance(ms: number): void;
}

/** Time that passes only in pauses, and passes at once. `random` is always the same. */
export function createFakeClock({ start = 1_700_000_000_000, random = 0.5 } = {}): FakeClock {
  let now = start;
  const delays: number[] = [];
  return {
    delays,
    advance: (ms) => void (now += ms),
    now: () => now,
    random: () => random,
    delay: async (ms, signal) => {
      signal?.throwIfAborted();
      delays.push(ms);
      now += ms;
      // Lets others have their turn, as a real pause does.
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    },
  };
}
