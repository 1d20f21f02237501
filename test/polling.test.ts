import { describe, expect, test } from 'vitest';
import { createPollingSchedule, isFailure } from '../src/polling.js';

const middle = () => 0.5;

describe('while nothing is known', () => {
  test('asks after 0.5 s, then after a quarter of the elapsed time, from 0.5 s to 5 s', () => {
    const schedule = createPollingSchedule(middle);
    expect([0, 500, 1000, 2000, 4000, 10_000, 20_000, 600_000].map((ms) => schedule.nextDelay(ms))).toEqual([
      500, 500, 500, 500, 1000, 2500, 5000, 5000,
    ]);
  });

  test('the pauses are spread by a tenth to either side', () => {
    expect(createPollingSchedule(() => 0).nextDelay(8000)).toBeCloseTo(1800);
    expect(createPollingSchedule(() => 1).nextDelay(8000)).toBeCloseTo(2200);
  });
});

describe('when jobs have finished', () => {
  test('asks first shortly before the median of their durations', () => {
    const schedule = createPollingSchedule(middle);
    for (const ms of [30_000, 1000, 20_000]) schedule.learn(ms);
    expect(schedule.nextDelay(0)).toBeCloseTo(0.9 * 20_000 + 50);
    expect(schedule.nextDelay(10_000)).toBeCloseTo(8050);
  });

  test('then in short steps, which grow when the job is late', () => {
    const schedule = createPollingSchedule(middle);
    schedule.learn(20_000);
    expect(schedule.nextDelay(18_050)).toBeCloseTo(20_000 / 18);
    expect(schedule.nextDelay(35_000)).toBeCloseTo(4250);
    expect(schedule.nextDelay(500_000)).toBeCloseTo(5000);
  });

  test('one very short job does not make it ask all the time', () => {
    const schedule = createPollingSchedule(middle);
    schedule.learn(600);
    expect(schedule.nextDelay(40_000)).toBeCloseTo(5000);
  });
});

test.each(['failure', 'failed', 'FAILED', 'canceled', 'cancelled'])('%j is a failure', (status) => {
  expect(isFailure(status)).toBe(true);
});

test.each(['success', 'SUCCESS', 'queued', 'notfailed', 'failed-soon', ''])('%j is none', (status) => {
  expect(isFailure(status)).toBe(false);
});
