import type { Clock } from './clock.js';
import { HttpError } from './errors.js';
import { MAX_REFUSALS } from './limits.js';
import { emit, type ProgressEvent } from './progress.js';

/** The settings of a run that {@link waitIfPutOff} needs. */
export interface PutOffOptions {
  /** The longest pause that the server may ask for, in milliseconds. */
  timeoutMs: number;
  clock: Clock;
  signal: AbortSignal;
  onProgress: ((event: ProgressEvent) => void) | undefined;
}

/**
 * Waits as long as the server asks after a request that was refused with 429, in spite of all its retries. Resolves to
 * whether the request may be repeated. Without waiting, it resolves to false for any other error, after `MAX_REFUSALS`
 * times, and if the server asks for too long a pause.
 *
 * @param refusals how often the request has been put off before
 */
export async function waitIfPutOff(
  error: unknown,
  refusals: number,
  { timeoutMs, clock, signal, onProgress }: PutOffOptions,
): Promise<boolean> {
  if (!(error instanceof HttpError) || error.status !== 429 || refusals >= MAX_REFUSALS) return false;
  const { retryAfterMs = 0 } = error;
  if (retryAfterMs > timeoutMs) return false;
  if (retryAfterMs > 0) {
    emit(onProgress, { type: 'put-off', delayMs: retryAfterMs });
    await clock.delay(retryAfterMs, signal);
  }
  return true;
}
