import { withOwnSignal } from './own-signal.js';
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
  const source = numbered(items);
  const waiting: Entry[] = [];
  const running = new Set<Promise<void>>();
  // Not by a race among those that run: it would hold on to every outcome as long as one of them goes on.
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
    await Promise.all(running);
    source.return();
  }
}

function* numbered<Item>(items: Iterable<Item>): Generator<[Item, number], void> {
  let index = 0;
  for (const item of items) yield [item, index++];
}
