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
 * Waits for as long as the server wants it after a request that was refused with 429, after all its repetitions. Resolves
 * to whether it may be made once more: not for ever, and not when the wait would be too long.
 *
 * @param refusals how often it has been put off before
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
