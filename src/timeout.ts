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
  const timer = setTimeout(
    () => controller.abort(new NetworkError(`No whole answer to ${what} within ${timeoutMs} ms.`)),
    timeoutMs,
  );
  const forget = whenAborted(signal, () => controller.abort(signal?.reason));
  try {
    return await work(controller.signal);
  } catch (error) {
    controller.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    forget();
  }
}
