/** The shortest pause between two questions, in milliseconds. */
export const MIN_PAUSE_MS = 500;
const MAX_MS = 5000;
/** How far the pauses of many clients are spread, so that they do not ask in step. */
const JITTER = 0.2;
const LEAST = 1 - JITTER / 2;
const JITTER_MS = MIN_PAUSE_MS * JITTER;
/** Ask a little before it is expected: a job that is done early is worth more than a question saved. */
const EARLY = 0.9;

/** When to ask for the status of a job again. One serves all the jobs of a run, and learns from those that are done. */
export interface PollingSchedule {
  /**
   * The pause before the next question, in milliseconds.
   *
   * @param elapsedMs since the job was requested
   */
  nextDelay(elapsedMs: number): number;
  /** Takes note of how long a job took, in milliseconds. */
  learn(durationMs: number): void;
}

/**
 * While nothing is known, the pauses grow with the time that the job has taken: 0.5 s at first, then a quarter of it,
 * at most 5 s. As soon as one job is done, the others are expected to take as long as the median of those that are
 * done: nothing is asked until shortly before that, and then in short steps that grow again.
 *
 * @param random from 0 to below 1
 */
export function createPollingSchedule(random: () => number): PollingSchedule {
  // In order, so that the one in the middle is their median.
  const durations: number[] = [];

  return {
    nextDelay(elapsedMs) {
      const expectedMs = durations[Math.floor((durations.length - 1) / 2)] ?? 0;
      // The first question comes at its time, and nothing is known that could be spread.
      if (expectedMs + elapsedMs === 0) return MIN_PAUSE_MS;
      const untilExpected = expectedMs * EARLY - elapsedMs;
      if (untilExpected > 0) return untilExpected + JITTER_MS * random();
      const ms = Math.min(MAX_MS, Math.max(MIN_PAUSE_MS, expectedMs / 18, -untilExpected / 4));
      return ms * (LEAST + JITTER * random());
    },
    learn(durationMs) {
      durations.push(durationMs);
      durations.sort((one, other) => one - other);
    },
  };
}

/**
 * Whether a `jobStatus` says that the job has come to nothing. The API documents none, so the states of the vendor's
 * other jobs are known here, letter by letter; any other is not an end.
 */
export function isFailure(jobStatus: string): boolean {
  return /^(failure|failed|cancell?ed)$/i.test(jobStatus);
}
