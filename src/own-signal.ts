import { whenAborted } from './when-aborted.js';

/**
 * Does work with a signal of its own, which aborts with the given one: what is made with it, such as a Request, may listen
 * to it for longer than the work lasts.
 */
export async function withOwnSignal<Result>(
  signal: AbortSignal | undefined,
  work: (own: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const forget = whenAborted(signal, () => controller.abort(signal?.reason));
  return work(controller.signal).finally(forget);
}
