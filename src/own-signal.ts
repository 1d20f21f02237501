import { whenAborted } from './when-aborted.js';

/**
 * Runs `work` with a signal of its own, which is aborted together with the given one. Objects that are created with a
 * signal, such as a Request, may keep listening to it after the work; this spares the given signal such listeners.
 */
export async function withOwnSignal<Result>(
  signal: AbortSignal | undefined,
  work: (own: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const forget = whenAborted(signal, () => controller.abort(signal?.reason));
  return work(controller.signal).finally(forget);
}
