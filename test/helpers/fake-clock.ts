import type { Clock } from '../../src/clock.js';
import type { Fetch } from '../../src/retrying-fetch.js';

export interface FakeClock extends Clock {
  /** Every pause that was begun, in milliseconds. */
  delays: number[];
  /** Lets time pass without a pause. */
  advance(ms: number): void;
  /** A `fetch` that time waits for: no pause ends while one of its requests is under way. */
  fetch: Fetch;
}

interface Sleeper {
  wakeAt: number;
  wake: () => void;
}

/** How many turns of the event loop without a request count as "nobody does anything but wait". */
const IDLE_TURNS = 5;

/**
 * Time that passes only when everybody waits, and then at once, to the end of the pause that ends first. `random` is
 * always the same.
 */
export function createFakeClock({ start = 1_700_000_000_000, random = 0.5 } = {}): FakeClock {
  let now = start;
  let underWay = 0;
  let idleTurns = 0;
  let turning = false;
  const delays: number[] = [];
  const sleepers: Sleeper[] = [];

  function turn() {
    turning = sleepers.length > 0;
    if (!turning) return;
    idleTurns = underWay > 0 ? 0 : idleTurns + 1;
    if (idleTurns >= IDLE_TURNS) {
      idleTurns = 0;
      sleepers.sort((one, other) => one.wakeAt - other.wakeAt);
      const first = sleepers.shift()!;
      now = Math.max(now, first.wakeAt);
      first.wake();
    }
    setImmediate(turn);
  }

  return {
    delays,
    advance: (ms) => void (now += ms),
    now: () => now,
    random: () => random,
    delay: async (ms, signal) => {
      signal?.throwIfAborted();
      delays.push(ms);
      await new Promise<void>((resolve) => {
        const onAbort = () => {
          sleepers.splice(sleepers.indexOf(sleeper), 1);
          resolve();
        };
        const wake = () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        };
        const sleeper = { wakeAt: now + ms, wake };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', onAbort, { once: true });
        idleTurns = 0;
        if (!turning) {
          turning = true;
          setImmediate(turn);
        }
      });
      signal?.throwIfAborted();
    },
    fetch: async (request) => {
      underWay++;
      try {
        const response = await globalThis.fetch(request);
        // The answer is under way until its last byte is here.
        await response
          .clone()
          .arrayBuffer()
          .catch(() => undefined);
        return response;
      } finally {
        underWay--;
      }
    },
  };
}
