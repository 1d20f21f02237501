import { NetworkError } from './errors.js';
import { whenAborted } from './when-aborted.js';

/**
 * Does work that a deadline can end as well as the caller. Not with `AbortSignal.timeout`, because its timer cannot be
 * let go of and keeps a page or a process busy after the work is done.
 *
 * @param what is asked for, for the message
 * @throws the signal's reason as it is, whatever the work made of it
 * @throws {NetworkError} when the work has not ended in time
 */
export async function withTimeout<Result>(
  signal: AbortSignal | undefined,
  timeoutMs: number,
  what: string,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const until = controller.signal;
  const timer = setTimeout(
    () => controller.abort(new NetworkError(`No whole answer to ${what} within ${timeoutMs} ms.`)),
    timeoutMs,
  );
  const forget = whenAborted(signal, () => controller.abort(signal?.reason));
  try {
    // It ends in time, whatever the work makes of the signal: a caller's own `fetch` may have dropped it.
    return await Promise.race([
      new Promise<never>((_, reject) => whenAborted(until, () => reject(until.reason as Error))),
      work(until),
    ]);
  } finally {
    clearTimeout(timer);
    forget();
  }
}
