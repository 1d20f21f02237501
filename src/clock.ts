import { delay, type Delay } from './delay.js';

/**
 * Time and chance, as one thing that a test or a simulation can put its own in place of. A client has one, and so has a
 * call like `downloadAll`: hand it to both.
 */
export interface Clock {
  /** Epoch milliseconds. */
  now: () => number;
  delay: Delay;
  /** From 0 to below 1. */
  random: () => number;
}

let latest = 0;
let setBackMs = 0;

/** The runtime's own. Where the system's clock is set back, it goes on as before: deadlines and stalls depend on it. */
export const systemClock: Clock = {
  now: () => {
    // Not `performance.now`: it may stand still while a machine sleeps, and what a server says in dates would be wrong.
    const date = Date.now();
    setBackMs = date < latest ? Math.max(setBackMs, latest - date) : 0;
    return (latest = date + setBackMs);
  },
  delay,
  random: () => Math.random(),
};
