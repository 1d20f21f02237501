import { delay, type Delay } from './delay.js';

/**
 * The source of time and random numbers, which a test or a simulation can replace. The client and calls such as
 * `downloadAll` each have a `clock` option: pass the same clock to both.
 */
export interface Clock {
  /** Returns the current time in milliseconds since the epoch. */
  now: () => number;
  /** Waits. */
  delay: Delay;
  /** Returns a random number from 0 (inclusive) to 1 (exclusive). */
  random: () => number;
}

let latest = 0;
let setBackMs = 0;

/**
 * The clock of the runtime. Its time never goes backwards, even if the system clock is set back, because deadlines and
 * stall detection depend on it.
 */
export const systemClock: Clock = {
  now: () => {
    // Not `performance.now`: it may stop while the machine sleeps, and could not be compared with dates from a server.
    const date = Date.now();
    setBackMs = date < latest ? Math.max(setBackMs, latest - date) : 0;
    return (latest = date + setBackMs);
  },
  delay,
  random: () => Math.random(),
};
