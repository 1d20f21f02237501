import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { delay } from '../src/delay.js';
import { runPool } from '../src/pool.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Things that last until somebody calls them off, and a record of those that have ended. */
function endless() {
  const ended: number[] = [];
  const run = async (item: number, _: number, signal: AbortSignal) => {
    try {
      if (item > 0) await delay(3_600_000, signal);
      return { item };
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
  for await (const { item } of runPool([0, 1, 2, 3], 3, undefined, run)) {
    expect(item).toBe(0);
    break;
  }
  expect(ended.sort()).toEqual([0, 1, 2]);
});

test('a source of things has ended when nobody wants more of it', async () => {
  let isOver = false;
  function* source() {
    try {
      for (let item = 0; ; item++) yield item;
    } finally {
      isOver = true;
    }
  }
  for await (const { item } of runPool(source(), 2, undefined, endless().run)) {
    expect(item).toBe(0);
    break;
  }
  expect(isOver).toBe(true);
});

test('what one rejects with ends the whole pool, after the others have ended', async () => {
  const { ended, run } = endless();
  const failure = new Error('no');
  const pool = runPool([1, 2, 0], 3, undefined, (item, index, signal) =>
    item === 0 ? Promise.reject(failure) : run(item, index, signal),
  );
  await expect(pool.next()).rejects.toBe(failure);
  expect(ended.sort()).toEqual([1, 2]);
});

test('gives each a signal of its own, which nothing is left on when it is done', async () => {
  const signals = new Set<AbortSignal>();
  const controller = new AbortController();
  const run = (item: number, _: number, signal: AbortSignal) => {
    // Who listens to it, as a Request does, may forget to stop.
    signal.addEventListener('abort', () => {});
    signals.add(signal);
    return Promise.resolve({ item });
  };
  for await (const { item } of runPool([0, 1, 2, 3, 4], 2, controller.signal, run)) expect(item).toBeLessThan(5);
  expect(signals.size).toBe(5);
});

test('holds on to no outcome that was taken, however long another one lasts', async () => {
  const outcomes: WeakRef<object>[] = [];
  const { run } = endless();
  const pool = runPool([1, 0, 0, 0, 0, 0], 2, undefined, async (...args) => {
    const outcome = await run(...args);
    outcomes.push(new WeakRef(outcome));
    return outcome;
  });
  for (let taken = 0; taken < 4; taken++) await pool.next();
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  expect(outcomes.slice(0, 3).map((outcome) => outcome.deref())).toEqual([undefined, undefined, undefined]);
  await pool.return();
});

test('a signal ends it with its reason, and is left without a listener', async () => {
  const { ended, run } = endless();
  const controller = new AbortController();
  const next = runPool([1, 2], 2, controller.signal, run).next();
  const reason = new Error('changed my mind');
  controller.abort(reason);
  await expect(next).rejects.toBe(reason);
  expect(ended.sort()).toEqual([1, 2]);
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
});

test('what is put back while nothing runs is taken up, with its place', async () => {
  const { signal } = new AbortController();
  const results: unknown[] = [];
  const pool = runPool(['a', 'b'], 1, signal, (item, index) =>
    Promise.resolve(item === 'a' ? { again: ['c', 'd'] } : { item, index }),
  );
  for await (const result of pool) results.push(result);
  expect(results).toEqual([
    { item: 'c', index: 0 },
    { item: 'd', index: 0 },
    { item: 'b', index: 1 },
  ]);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('a refusal lowers how many run at once, and what gets through raises it again', async () => {
  let running = 0;
  const seen: number[] = [];
  const refused = new Set<number>();
  const pool = runPool(
    Array.from({ length: 12 }, (_, item) => item),
    4,
    undefined,
    async (item) => {
      seen.push(++running);
      // The first four begin together, and only one of them is accepted.
      const isRefused = item < 3 && !refused.has(item);
      refused.add(item);
      await delay(isRefused ? 0 : 5);
      running--;
      return isRefused ? { again: [item], isRefused } : { item };
    },
  );
  const items: number[] = [];
  for await (const { item } of pool) items.push(item);
  expect(items.sort((one, other) => one - other)).toEqual(Array.from({ length: 12 }, (_, item) => item));
  expect(seen.slice(0, 6)).toEqual([1, 2, 3, 4, 1, 2]);
});
