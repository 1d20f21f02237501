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

/** The runtime's own. */
export const systemClock: Clock = { now: () => Date.now(), delay, random: () => Math.random() };
