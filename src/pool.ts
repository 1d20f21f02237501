import { whenAborted } from './when-aborted.js';

export interface Pool<Item, Result> {
  /** The next thing to do; undefined when there is nothing (more) to do now. Asked again after each result. */
  take: () => Item | undefined;
  /** Does it. What it rejects with ends the whole pool. */
  run: (item: Item, signal: AbortSignal) => Promise<Result>;
  /** How many may run at once; asked each time. */
  limit: () => number;
  signal?: AbortSignal | undefined;
}

/**
 * Runs things side by side and yields their results as they come. When the consumer leaves, the signal aborts, or
 * something rejects, everything that still runs is called off, and has ended before this ends.
 */
export async function* runPool<Item, Result>({ take, run, limit, signal }: Pool<Item, Result>): AsyncGenerator<Result> {
  const stop = new AbortController();
  const forget = whenAborted(signal, (reason) => stop.abort(reason));

  type Settled = { promise: Promise<unknown>; result: Result };
  const running = new Set<Promise<Settled>>();
  const start = (item: Item) => {
    const promise: Promise<Settled> = run(item, stop.signal).then((result) => ({ promise, result }));
    running.add(promise);
  };
  try {
    for (;;) {
      signal?.throwIfAborted();
      while (running.size < limit()) {
        const item = take();
        if (item === undefined) break;
        start(item);
      }
      if (running.size === 0) return;
      const settled = await Promise.race(running);
      running.delete(settled.promise as Promise<Settled>);
      yield settled.result;
    }
  } finally {
    forget();
    stop.abort();
    await Promise.allSettled(running);
  }
}
