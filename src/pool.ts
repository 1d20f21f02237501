import { withOwnSignal } from './own-signal.js';
import { requireInteger } from './require.js';
import { whenAborted } from './when-aborted.js';

/** The result of an item that is not done yet: the items in `again` are to be run in its place. */
export interface Again<Item> {
  again: Item[];
  /** Whether the item was refused because too many were running. */
  isRefused?: boolean;
}

/**
 * Runs items concurrently and yields their outcomes as they settle. If the consumer stops or the signal is aborted, the
 * running items are canceled, and the generator ends only when all of them have ended.
 *
 * @param items the items to run; each is taken from the iterable only when it can start
 * @param concurrency the maximum number of items that run at once; lowered for a while after refusals
 * @param run runs one item; `index` is its position among all items, from 0. A rejection ends the whole pool
 * @throws {InvalidInputError} if `concurrency` is unusable
 */
export async function* runPool<Item, Outcome extends object>(
  items: Iterable<Item>,
  concurrency: number,
  signal: AbortSignal | undefined,
  run: (item: Item, index: number, stop: AbortSignal) => Promise<Outcome | Again<Item>>,
): AsyncGenerator<Outcome, void, undefined> {
  let limit = requireInteger('concurrency', concurrency, 1);
  const controller = new AbortController();
  const stop = controller.signal;
  const forget = whenAborted(signal, () => controller.abort(signal?.reason));

  type Entry = [item: Item, index: number];
  const source = numbered(items);
  const waiting: Entry[] = [];
  const running = new Set<Promise<void>>();
  // A queue instead of `Promise.race`, which would retain every outcome for as long as any item runs.
  const ended: [work: Promise<void>, index: number, result: Outcome | Again<Item>][] = [];
  let failure: { reason: unknown } | undefined;
  let wake = () => {};
  try {
    for (;;) {
      stop.throwIfAborted();
      if (failure) throw failure.reason;
      while (running.size + 1 <= limit) {
        const entry = waiting.shift() ?? source.next().value;
        if (!entry) break;
        const [item, index] = entry;
        const work: Promise<void> = withOwnSignal(stop, (own) => run(item, index, own)).then(
          (result) => {
            ended.push([work, index, result]);
            wake();
          },
          (reason: unknown) => {
            failure = { reason };
            wake();
          },
        );
        running.add(work);
      }
      if (running.size === 0) return;
      if (ended.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const next = ended.shift();
      if (!next) continue;
      const [work, index, result] = next;
      running.delete(work);
      if ('again' in result) {
        waiting.push(...result.again.map((item): Entry => [item, index]));
        // The server allows as many as are still running, so the refused item starts when one of them is done.
        if (result.isRefused) limit = Math.max(1, running.size);
      } else {
        // As many outcomes as run at once raise the limit by one.
        limit = Math.min(concurrency, limit + 1 / limit);
        yield result;
      }
    }
  } finally {
    forget();
    controller.abort();
    await Promise.all(running);
    source.return();
  }
}

function* numbered<Item>(items: Iterable<Item>): Generator<[Item, number], void> {
  let index = 0;
  for (const item of items) yield [item, index++];
}
