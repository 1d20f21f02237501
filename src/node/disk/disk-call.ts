/**
 * Does one short call of the file system: `here`, on this thread, or `elsewhere`, on one of Node's pool. Both do the
 * same. What is done here is done, or has thrown, when the call returns: there is no promise then.
 */
export type DiskCall = <Result>(here: () => Result, elsewhere: () => Promise<Result>) => Result | Promise<Result>;

/** What a call may take on average, in milliseconds, before this thread has better things to do than to wait for it. */
const PATIENCE_MS = 0.5;
/** No call counts for more: this thread may have been held up by something else than the disk. */
const MAX_COUNTED_MS = 2;
/** So many calls go elsewhere then, until the disk gets another chance. */
const CALLS_ELSEWHERE = 500;
/** What the newest call weighs in the average. */
const WEIGHT = 0.1;

/**
 * Handing a call to another thread and hearing of its end costs more than the call itself where the disk answers at
 * once: opening, closing and renaming a thousand files takes 50 ms on this thread, and 320 ms by way of the pool. A
 * disk that does not answer at once, such as one at the other end of a network, is left to the pool.
 *
 * @param now milliseconds, with fractions
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
