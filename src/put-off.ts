import type { Clock } from './clock.js';
import { HttpError } from './errors.js';
import { MAX_REFUSALS } from './limits.js';

/**
 * Whether a request that was refused with 429, after all its repetitions, may be made once more. Waits until then for as
 * long as the server wants it, if that is not too long.
 *
 * @param refusals how often it has been put off before
 * @param timeoutMs what is too long, in milliseconds
 */
export async function isPutOff(
  error: unknown,
  refusals: number,
  timeoutMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  if (!(error instanceof HttpError) || error.status !== 429 || refusals >= MAX_REFUSALS) return false;
  const { retryAfterMs = 0 } = error;
  if (retryAfterMs > timeoutMs) return false;
  if (retryAfterMs > 0) await clock.delay(retryAfterMs, signal);
  return true;
}
