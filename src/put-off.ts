import type { Clock } from './clock.js';
import { HttpError } from './errors.js';
import { MAX_REFUSALS } from './limits.js';
import { emit, type ProgressEvent } from './progress.js';

/** What a run waits with. */
export interface PutOffOptions {
  /** What is too long, in milliseconds. */
  timeoutMs: number;
  clock: Clock;
  signal: AbortSignal;
  onProgress: ((event: ProgressEvent) => void) | undefined;
}

/**
 * Whether a request that was refused with 429, after all its repetitions, may be made once more. Waits until then for as
 * long as the server wants it, if that is not too long.
 *
 * @param refusals how often it has been put off before
 */
export async function isPutOff(
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
