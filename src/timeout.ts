import { NetworkError } from './errors.js';
import { whenAborted } from './when-aborted.js';

/**
 * Runs `work` with a signal that is aborted by a timeout or by the given signal. It does not use `AbortSignal.timeout`,
 * whose timer cannot be cleared and goes on after the work is done.
 *
 * @param what the request, for the error message
 * @throws the unchanged reason of the signal, whatever error the work throws on abort
 * @throws {NetworkError} if the work has not ended in time
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
    // A race, so that it ends in time even if the work ignores the signal, as a caller's own `fetch` may do.
    return await Promise.race([
      new Promise<never>((_, reject) => whenAborted(until, () => reject(until.reason as Error))),
      work(until),
    ]);
  } finally {
    clearTimeout(timer);
    forget();
  }
}
