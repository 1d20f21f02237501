import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { delay } from '../src/delay.js';
import { runPool } from '../src/pool.js';

/** Things that last until somebody calls them off, and a record of those that have ended. */
function endless() {
  const ended: number[] = [];
  const run = async (item: number, signal: AbortSignal) => {
    try {
      if (item > 0) await delay(3_600_000, signal);
      return item;
    } finally {
      // Cleaning up takes a while.
      await new Promise((resolve) => setImmediate(resolve));
      ended.push(item);
    }
  };
  return { ended, run };
}

test('when the consumer leaves, everything has been called off and has ended', async () => {
  const { ended, run } = endless();
  const items = [0, 1, 2, 3];
  for await (const result of runPool({ take: () => items.shift(), run, limit: () => 3 })) {
    expect(result).toBe(0);
    break;
  }
  expect(ended.sort()).toEqual([0, 1, 2]);
});

test('what one rejects with ends the whole pool, after the others have ended', async () => {
  const { ended, run } = endless();
  const items = [1, 2, 0];
  const failure = new Error('no');
  const pool = runPool({
    take: () => items.shift(),
    run: (item, signal) => (item === 0 ? Promise.reject(failure) : run(item, signal)),
    limit: () => 3,
  });
  await expect(pool.next()).rejects.toBe(failure);
  expect(ended.sort()).toEqual([1, 2]);
});

test('a signal ends it with its reason, and is left without a listener', async () => {
  const { ended, run } = endless();
  const controller = new AbortController();
  const items = [1, 2];
  const next = runPool({ take: () => items.shift(), run, limit: () => 2, signal: controller.signal }).next();
  const reason = new Error('changed my mind');
  controller.abort(reason);
  await expect(next).rejects.toBe(reason);
  expect(ended.sort()).toEqual([1, 2]);
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
});

test('what is put back while nothing runs is taken up', async () => {
  const items = [1];
  const { signal } = new AbortController();
  const results: number[] = [];
  for await (const result of runPool({
    take: () => items.shift(),
    run: (item) => Promise.resolve(item),
    limit: () => 1,
    signal,
  })) {
    results.push(result);
    if (result < 3) items.push(result + 1);
  }
  expect(results).toEqual([1, 2, 3]);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});
