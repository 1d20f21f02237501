import { NetworkError, type HttpError } from './errors.js';
import { MIN_FAILURES } from './limits.js';

/** Sends a request, unless it is no use any more. */
export type CircuitBreaker = <Answer>(send: () => Promise<Answer>) => Promise<Answer>;

/**
 * Opens after an answer of 401, when the server wants to be left alone for too long, or when so many requests in a row
 * had no answer at all, each after all its repetitions: what is left then fails with the same error at once, instead of
 * each after minutes.
 *
 * @param concurrency how many are sent at once: so many have to fail, and no fewer than three
 * @param timeoutMs what is too long, in milliseconds
 */
export function createCircuitBreaker(concurrency: number, timeoutMs: number): CircuitBreaker {
  let inARow = 0;
  let opened: Error | undefined;
  return async (send) => {
    if (opened) throw opened;
    try {
      const answer = await send();
      inARow = 0;
      return answer;
    } catch (error) {
      const isSilence = error instanceof NetworkError;
      inARow = isSilence ? inARow + 1 : 0;
      const { status, retryAfterMs = 0 } = error as Partial<HttpError>;
      // With another status, it speaks of this request alone.
      const isBusy = (status === 429 || status === 503) && retryAfterMs > timeoutMs;
      if (status === 401 || isBusy || inARow >= Math.max(MIN_FAILURES, concurrency)) opened = error as Error;
      throw error;
    }
  };
}
