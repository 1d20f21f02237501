import { createPollingSchedule } from '../../src/polling.js';

export interface PollingRun {
  /** Average duration of a job in milliseconds; each job takes up to 15 % less or more. */
  jobMs: number;
  /** Number of jobs. */
  jobs: number;
  /** Number of jobs that run at once. */
  concurrency: number;
}

/** Averages over all jobs of many runs. */
export interface PollingCost {
  /** Status requests per job. */
  polls: number;
  /** Time from the end of a job to the status request that notices it, in milliseconds. */
  lostMs: number;
}

/** Decides when to poll during one run. */
type Strategy = (random: () => number) => { nextDelay(elapsedMs: number): number; learn(durationMs: number): void };

/** The schedule of this package. */
export const adaptive: Strategy = createPollingSchedule;

/** Always waits 3 s, as the vendor's own helper does. */
export const fixedThreeSeconds: Strategy = () => ({ nextDelay: () => 3000, learn: () => undefined });

/** Simulates runs on a virtual clock. The seed of the job durations is fixed, so every strategy gets the same jobs. */
export function simulatePolling(strategy: Strategy, run: PollingRun, repetitions = 200): PollingCost {
  const durationRandom = createRandom(1);
  const strategyRandom = createRandom(2);
  let polls = 0;
  let lostMs = 0;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const schedule = strategy(strategyRandom);
    const durations = Array.from({ length: run.jobs }, () => run.jobMs * (0.85 + 0.3 * durationRandom()));
    const underWay: { startedAt: number; durationMs: number; nextAt: number }[] = [];
    const start = (now: number) => {
      const durationMs = durations.pop();
      if (durationMs !== undefined) underWay.push({ startedAt: now, durationMs, nextAt: now + schedule.nextDelay(0) });
    };
    for (let slot = 0; slot < run.concurrency; slot++) start(0);
    for (;;) {
      underWay.sort((one, other) => one.nextAt - other.nextAt);
      const job = underWay[0];
      if (job === undefined) break;
      polls++;
      const now = job.nextAt;
      const elapsedMs = now - job.startedAt;
      if (elapsedMs < job.durationMs) {
        job.nextAt = now + schedule.nextDelay(elapsedMs);
        continue;
      }
      lostMs += elapsedMs - job.durationMs;
      schedule.learn(elapsedMs);
      underWay.shift();
      start(now);
    }
  }
  const jobs = run.jobs * repetitions;
  return { polls: polls / jobs, lostMs: lostMs / jobs };
}

/** Creates a seeded generator of numbers from 0 to below 1 (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
