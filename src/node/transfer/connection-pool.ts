import { createSemaphore } from '../budget/semaphore.js';

/** The connections of a run, shared by all its archives. */
export interface ConnectionPool {
  /** The most there may be. */
  readonly max: number;
  /** How many are in use. */
  active(): number;
  /** Does the work when a connection is free; in the order of the calls. */
  run<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result>;
  /** Takes note of what has come in. */
  received(bytes: number): void;
  /** Takes note that one of them asks for nothing until `resumed`: this machine is behind, or the host is given time. */
  paused: () => void;
  resumed: () => void;
}

const FIRST_CONNECTIONS = 4;
const WINDOW_MS = 100;
/** A connection that brings this much a second is limited by this machine; more of them would only cost memory. */
const FAST_BYTES_PER_SECOND = 48 * 1024 * 1024;
/** Where connections ask for nothing for more of their time than this, they are not what is slow. */
const MAX_IDLE_SHARE = 0.1;
/** More connections have to bring this much more, or there will be no more of them. */
const WORTHWHILE_GAIN = 1.1;

/**
 * Begins with a few connections and opens more while each of them is slow and the last ones have helped. Where the disk
 * is what is slow, more of them would only take memory.
 *
 * @param max 1 or more
 * @param now epoch milliseconds
 */
export function createConnectionPool(max: number, now: () => number): ConnectionPool {
  const slots = createSemaphore(Math.min(max, FIRST_CONNECTIONS));
  let windowStart = now();
  let windowBytes = 0;
  /** What came in when there were last made more of them. */
  let rateBefore = 0;
  /** How many ask for nothing now, since when, and for how long they did in this window, all together. */
  let idle = 0;
  let idleSince = windowStart;
  let idleMs = 0;
  /** Whether every connection had work when the window began. Before that, what came in says nothing of them. */
  let isBusy = false;

  const countIdle = () => {
    const at = now();
    idleMs += idle * (at - idleSince);
    idleSince = at;
  };
  const consider = (rate: number) => {
    // What little is left in the end is done before new ones would have begun.
    const isEnough = slots.waiting() >= slots.limit();
    if (!isEnough || slots.limit() >= max) return;
    // Many hosts send the beginning of an answer faster than the rest: that is nothing to compare with.
    if (rate / slots.limit() >= FAST_BYTES_PER_SECOND || rate < rateBefore * WORTHWHILE_GAIN) return;
    rateBefore = rate;
    slots.setLimit(Math.min(max, slots.limit() * 2));
  };

  return {
    max,
    active: () => slots.active(),
    async run(work, signal) {
      await slots.acquire();
      try {
        signal.throwIfAborted();
        return await work();
      } finally {
        slots.release();
      }
    },
    received(bytes) {
      windowBytes += bytes;
      const elapsed = now() - windowStart;
      if (elapsed < WINDOW_MS) return;
      countIdle();
      const idleShare = idleMs / (elapsed * slots.limit());
      if (isBusy && idleShare < MAX_IDLE_SHARE) consider((windowBytes * 1000) / elapsed);
      windowStart = now();
      windowBytes = 0;
      idleMs = 0;
      isBusy = slots.waiting() > 0;
    },
    paused() {
      countIdle();
      idle++;
    },
    resumed() {
      countIdle();
      idle--;
    },
  };
}
