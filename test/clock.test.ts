import { expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../src/clock.js';

it('tells the time, and goes on where the clock of the system is set back', () => {
  const before = systemClock.now();
  expect(Number.isInteger(before)).toBe(true);
  expect(Math.abs(before - Date.now())).toBeLessThan(60_000);
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  vi.setSystemTime(before - 3_600_000);
  expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  // It is set right again: nothing has passed but the time that has.
  vi.setSystemTime(before + 1000);
  expect(systemClock.now()).toBeLessThan(before + 60_000);
  vi.setSystemTime(before - 3_600_000);
  expect(systemClock.now()).toBeGreaterThanOrEqual(before + 1000);
  // A machine that has slept comes back to another time.
  vi.setSystemTime(before - 3_600_000 + 600_000);
  expect(systemClock.now()).toBeGreaterThanOrEqual(before + 600_000);
});
