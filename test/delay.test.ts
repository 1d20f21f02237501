import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { delay } from '../src/delay.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('waits as long as it is told, and leaves no listener', async () => {
  const { signal } = new AbortController();
  const done = vi.fn();
  const waiting = delay(1000, signal).then(done);
  await vi.advanceTimersByTimeAsync(999);
  expect(done).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await waiting;
  expect(done).toHaveBeenCalledOnce();
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('rejects with the reason as it is, and leaves no timer and no listener', async () => {
  const controller = new AbortController();
  const waiting = delay(1000, controller.signal);
  const reason = { anything: true };
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  expect(vi.getTimerCount()).toBe(0);
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
});

test('does not start when it was called off before', async () => {
  const reason = new Error('before');
  await expect(delay(1000, AbortSignal.abort(reason))).rejects.toBe(reason);
  expect(vi.getTimerCount()).toBe(0);
});
