import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withTimeout } from '../src/timeout.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('aborts at the deadline, and says that it was the deadline', () => {
  const timeout = withTimeout(undefined, 1000);
  vi.advanceTimersByTime(999);
  expect(timeout.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(timeout.signal.reason).toMatchObject({ name: 'TimeoutError' });
});

test("aborts with the caller's reason, before or later", () => {
  const reason = new Error('changed my mind');
  expect(withTimeout(AbortSignal.abort(reason), 1000).signal.reason).toBe(reason);
  const controller = new AbortController();
  const timeout = withTimeout(controller.signal, 1000);
  controller.abort(reason);
  expect(timeout.signal.reason).toBe(reason);
});

test('clear leaves no timer and no listener', () => {
  const { signal } = new AbortController();
  withTimeout(signal, 1000).clear();
  expect(vi.getTimerCount()).toBe(0);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('a deadline further away than timers can wait does not come at once', () => {
  const timeout = withTimeout(undefined, 2 ** 31);
  vi.advanceTimersByTime(1_000_000);
  expect(timeout.signal.aborted).toBe(false);
  timeout.clear();
});
