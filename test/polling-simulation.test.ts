import { expect, test } from 'vitest';
import { adaptive, fixedThreeSeconds, simulatePolling } from '../scripts/lib/simulate-polling.js';

const JOB_SECONDS = [1, 2, 3, 5, 8, 10, 15, 20, 30, 45, 60, 120, 300, 600];

function table(jobs: number) {
  return JOB_SECONDS.map((seconds) => {
    const run = { jobMs: seconds * 1000, jobs, concurrency: 4 };
    return { seconds, own: simulatePolling(adaptive, run), fixed: simulatePolling(fixedThreeSeconds, run) };
  });
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function print(jobs: number, rows: ReturnType<typeof table>) {
  const cell = ({ polls, lostMs }: { polls: number; lostMs: number }) =>
    `${polls.toFixed(1).padStart(6)} polls ${(lostMs / 1000).toFixed(2).padStart(5)} s lost`;
  const lines = rows.map(
    ({ seconds, own, fixed }) => `  ${String(seconds).padStart(4)} s jobs: ${cell(own)} | every 3 s: ${cell(fixed)}`,
  );
  console.log([`Runs of ${jobs} jobs, 4 at once, means a job:`, ...lines].join('\n'));
}

test('a run of ten batches asks less and loses less time than asking every 3 s', () => {
  const rows = table(10);
  print(10, rows);
  for (const longest of [60, 600]) {
    const some = rows.filter(({ seconds }) => seconds <= longest);
    expect(mean(some.map(({ own }) => own.polls))).toBeLessThan(mean(some.map(({ fixed }) => fixed.polls)));
    expect(mean(some.map(({ own }) => own.lostMs))).toBeLessThan(mean(some.map(({ fixed }) => fixed.lostMs)));
  }
});

test('a single job, with nothing to learn from, loses less time; long ones are asked about less', () => {
  const rows = table(1);
  print(1, rows);
  const short = rows.filter(({ seconds }) => seconds <= 60);
  expect(mean(short.map(({ own }) => own.lostMs))).toBeLessThan(mean(short.map(({ fixed }) => fixed.lostMs)));
  for (const { own, fixed } of rows.filter(({ seconds }) => seconds >= 120)) {
    expect(own.polls).toBeLessThan(fixed.polls);
  }
});
