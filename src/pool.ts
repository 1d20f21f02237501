import { requireInteger } from './require.js';
import { whenAborted } from './when-aborted.js';

/** What an item comes to when it is not done yet: these come next, in its place. */
export interface Again<Item> {
  again: Item[];
  /** Whether that is because too much was under way. */
  isRefused?: boolean;
}

/**
 * Runs things side by side and yields their outcomes as they come. When the consumer leaves or the signal aborts,
 * everything that still runs is called off, and has ended before this ends.
 *
 * @param items what is to be done; taken only as there is room for it
 * @param concurrency how many may run at once; lowered for a while by refusals
 * @param run does one, which has this place among all, from 0; what it rejects with ends the whole pool
 * @throws {InvalidInputError} for an unusable concurrency
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
  type Settled = [Promise<unknown>, number, Outcome | Again<Item>];
  const source = numbered(items);
  const waiting: Entry[] = [];
  const running = new Set<Promise<Settled>>();
  try {
    for (;;) {
      stop.throwIfAborted();
      while (running.size + 1 <= limit) {
        const entry = waiting.shift() ?? source.next().value;
        if (!entry) break;
        const [item, index] = entry;
        const promise: Promise<Settled> = run(item, index, stop).then((result): Settled => [promise, index, result]);
        running.add(promise);
      }
      if (running.size === 0) return;
      const [promise, index, result] = await Promise.race(running);
      running.delete(promise as Promise<Settled>);
      if ('again' in result) {
        waiting.push(...result.again.map((item): Entry => [item, index]));
        // As many as are left are what the server allows: this one goes when one of them is done.
        if (result.isRefused) limit = Math.max(1, running.size);
      } else {
        // As many as run at once raise it by one.
        limit = Math.min(concurrency, limit + 1 / limit);
        yield result;
      }
    }
  } finally {
    forget();
    controller.abort();
    await Promise.allSettled(running);
    source.return();
  }
}

function* numbered<Item>(items: Iterable<Item>): Generator<[Item, number], void> {
  let index = 0;
  for (const item of items) yield [item, index++];
}
