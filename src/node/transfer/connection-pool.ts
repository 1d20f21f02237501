import { createSemaphore } from '../budget/semaphore.js';

/** Limits the connections of a run, which all of its archives share. */
export interface ConnectionPool {
  /** The highest number of connections there can be. */
  readonly max: number;
  /** How many connections are in use. */
  active(): number;
  /** Runs the work once a connection is free, in the order of the calls. */
  run<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result>;
  /** Records received bytes, from which the rate is measured. */
  received(bytes: number): void;
  /** Records that a connection is idle until `resumed`, because this machine is behind or before a retry. */
  paused: () => void;
  resumed: () => void;
}

const FIRST_CONNECTIONS = 4;
const WINDOW_MS = 100;
/** A connection this fast is limited by this machine, so more connections would only cost memory. */
const FAST_BYTES_PER_SECOND = 48 * 1024 * 1024;
/** If connections are idle for a larger share of their time, the connections are not the bottleneck. */
const MAX_IDLE_SHARE = 0.1;
/** The limit is raised again only if the last increase has raised the rate by at least this factor. */
const WORTHWHILE_GAIN = 1.1;

/**
 * Creates a pool that starts with a few connections and adds more while each one is slow and the last increase has
 * helped. It adds none when the disk is the bottleneck, because they would only take memory.
 *
 * @param max 1 or more
 * @param now epoch milliseconds
 */
export function createConnectionPool(max: number, now: () => number): ConnectionPool {
  const slots = createSemaphore(Math.min(max, FIRST_CONNECTIONS));
  let windowStart = now();
  let windowBytes = 0;
  /** The rate, in bytes per second, when connections were last added. */
  let rateBefore = 0;
  /** How many connections are idle, when `idleMs` was last updated, and their summed idle time in this window. */
  let idle = 0;
  let idleSince = windowStart;
  let idleMs = 0;
  /** Whether all connections had work when the window began. If not, its rate says nothing about their number. */
  let isBusy = false;

  const countIdle = () => {
    const at = now();
    idleMs += idle * (at - idleSince);
    idleSince = at;
  };
  const consider = (rate: number) => {
    // When less work than this is waiting, it is done before new connections could help.
    const isEnough = slots.waiting() >= slots.limit();
    if (!isEnough || slots.limit() >= max) return;
    // Not compared with the best rate so far: many hosts send the beginning of a response faster than the rest.
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
