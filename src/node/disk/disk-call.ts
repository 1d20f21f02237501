/**
 * Makes one short call to the file system, either with `here`, which runs on this thread, or with `elsewhere`, which
 * does the same on Node's thread pool. A call made on this thread returns its result, or throws, without a promise.
 */
export type DiskCall = <Result>(here: () => Result, elsewhere: () => Promise<Result>) => Result | Promise<Result>;

/** The average duration of a call, in milliseconds, beyond which calls move to the thread pool. */
const PATIENCE_MS = 0.5;
/** A longer call counts as this long, because something other than the disk may have held up this thread. */
const MAX_COUNTED_MS = 2;
/** How many calls go to the thread pool before the disk is tried on this thread again. */
const CALLS_ELSEWHERE = 500;
/** The weight of the latest call in the moving average. */
const WEIGHT = 0.1;

/**
 * Creates a function that makes file system calls on this thread as long as the disk is fast. Passing a call to the
 * thread pool then costs more than the call itself: opening, closing and renaming a thousand files takes 50 ms on this
 * thread and 320 ms on the pool. Calls to a slow disk, such as a network drive, go to the pool.
 *
 * @param now a clock in milliseconds, with fractions
 */
export function createDiskCall(now: () => number = () => performance.now()): DiskCall {
  let averageMs = 0;
  let elsewhereLeft = 0;
  return (here, elsewhere) => {
    if (elsewhereLeft > 0) {
      elsewhereLeft--;
      return elsewhere();
    }
    const startedAt = now();
    try {
      return here();
    } finally {
      averageMs += (Math.min(now() - startedAt, MAX_COUNTED_MS) - averageMs) * WEIGHT;
      if (averageMs > PATIENCE_MS) {
        averageMs = 0;
        elsewhereLeft = CALLS_ELSEWHERE;
      }
    }
  };
}
