import { HttpError, NetworkError } from './errors.js';

/** One or two may have had bad luck. */
const MIN_FAILURES = 3;

/** Knows when it is no use to send more requests. */
export interface CircuitBreaker {
  /** Takes note of how a request has ended: with an answer, or with this error after all its repetitions. */
  note: (error?: Error) => void;
  /** @throws the last error, once no request can succeed any more */
  assertClosed: () => void;
}

/**
 * Opens after an answer of 401, or when so many requests in a row had no answer at all: what is left then fails with
 * the same error at once, instead of each after minutes of repetitions.
 *
 * @param concurrency how many are sent at once: so many have to fail, and no fewer than three
 */
export function createCircuitBreaker(concurrency: number): CircuitBreaker {
  const failures = Math.max(MIN_FAILURES, concurrency);
  let inARow = 0;
  let opened: Error | undefined;
  return {
    note(error) {
      inARow = error instanceof NetworkError ? inARow + 1 : 0;
      if (inARow >= failures || (error instanceof HttpError && error.status === 401)) opened = error;
    },
    assertClosed() {
      if (opened) throw opened;
    },
  };
}
