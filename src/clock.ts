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

/** The runtime's own. Where the system's clock is set meanwhile, it goes on as before: deadlines and stalls depend on it. */
export const systemClock: Clock = {
  now: () => Math.round(performance.timeOrigin + performance.now()),
  delay,
  random: () => Math.random(),
};
