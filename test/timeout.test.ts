import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NetworkError } from '../src/errors.js';
import { LAST_ANSWER_MS, MAX_WAIT_MS } from '../src/limits.js';
import { withTimeout } from '../src/timeout.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Work that lasts until it is called off, and that says so in its own words. */
const endless = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    const end = () => reject(new Error('called off'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
  });

test('rejects at the deadline, and says that it was the deadline', async () => {
  const settled = vi.fn();
  const work = withTimeout(undefined, 1000, 'GET x', endless).catch(settled);
  await vi.advanceTimersByTimeAsync(999);
  expect(settled).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await work;
  expect(settled.mock.calls[0]?.[0]).toEqual(new NetworkError('No whole answer to GET x within 1000 ms.'));
});

test("rejects with the caller's reason, before or later", async () => {
  const reason = new Error('changed my mind');
  await expect(withTimeout(AbortSignal.abort(reason), 1000, 'x', endless)).rejects.toBe(reason);
  const controller = new AbortController();
  const work = withTimeout(controller.signal, 1000, 'x', endless);
  controller.abort(reason);
  await expect(work).rejects.toBe(reason);
});

test.each([
  ['ends', () => Promise.resolve()],
  ['fails', () => Promise.reject(new Error('no'))],
])('work that %s leaves no timer and no listener', async (_, work) => {
  const { signal } = new AbortController();
  await withTimeout(signal, 1000, 'x', work).catch(() => undefined);
  expect(vi.getTimerCount()).toBe(0);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('work that goes on regardless ends nobody else', async () => {
  const reason = new Error('changed my mind');
  const controller = new AbortController();
  const deaf = () => new Promise<never>(() => undefined);
  const called = withTimeout(controller.signal, 1000, 'x', deaf);
  const late = expect(withTimeout(undefined, 1000, 'GET x', deaf)).rejects.toThrow('No whole answer to GET x');
  controller.abort(reason);
  await expect(called).rejects.toBe(reason);
  await vi.advanceTimersByTimeAsync(1000);
  await late;
});

test('what fails by itself rejects as it is', async () => {
  const failure = new Error('no');
  await expect(withTimeout(undefined, 1000, 'x', () => Promise.reject(failure))).rejects.toBe(failure);
});

test('the longest wait that can be asked for, and a last answer after it, do not end at once', async () => {
  const controller = new AbortController();
  const work = withTimeout(controller.signal, MAX_WAIT_MS + LAST_ANSWER_MS, 'x', endless);
  await vi.advanceTimersByTimeAsync(1_000_000);
  controller.abort(new Error('the caller'));
  await expect(work).rejects.toThrow('the caller');
});
