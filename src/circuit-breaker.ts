import { NetworkError, type HttpError } from './errors.js';
import { MIN_FAILURES } from './limits.js';

/** Sends a request, or fails at once if the circuit breaker is open. */
export type CircuitBreaker = <Answer>(send: () => Promise<Answer>) => Promise<Answer>;

/**
 * Creates a circuit breaker. It opens after a response of 401, after a 429 or 503 whose Retry-After is longer than
 * `timeoutMs`, or after too many consecutive requests without a response, each of them after all its retries. Every
 * further request then fails at once with the same error, instead of after minutes.
 *
 * @param concurrency the number of requests sent at once; as many consecutive ones have to fail, and at least three
 * @param timeoutMs the longest Retry-After that does not open it, in milliseconds
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
      // With any other status, Retry-After concerns this request alone.
      const isBusy = (status === 429 || status === 503) && retryAfterMs > timeoutMs;
      if (status === 401 || isBusy || inARow >= Math.max(MIN_FAILURES, concurrency)) opened = error as Error;
      throw error;
    }
  };
}
