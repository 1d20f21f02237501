/** The shortest pause between two status requests, in milliseconds. */
export const MIN_PAUSE_MS = 500;
const MAX_MS = 5000;
/** The random spread of the pauses, as a fraction, so that many clients do not poll in step. */
const JITTER = 0.2;
const LEAST = 1 - JITTER / 2;
const JITTER_MS = MIN_PAUSE_MS * JITTER;
/** Polls a little before a job is expected to end: noticing an early end is worth more than saving a request. */
const EARLY = 0.9;

/** Decides when to poll a job again. One schedule serves all jobs of a run and learns from the finished ones. */
export interface PollingSchedule {
  /**
   * Returns the pause before the next status request, in milliseconds.
   *
   * @param elapsedMs the time since the job was requested, in milliseconds
   */
  nextDelay(elapsedMs: number): number;
  /** Records how long a finished job took, in milliseconds. */
  learn(durationMs: number): void;
}

/**
 * Creates a polling schedule. Until a first job is done, the pauses grow with the age of the job: 0.5 s at first, then
 * a quarter of the time since its request, at most 5 s. After that, the other jobs are expected to take as long as the
 * median of the finished ones: polling starts shortly before that time, at short intervals that grow again.
 *
 * @param random returns a number from 0 (inclusive) to 1 (exclusive)
 */
export function createPollingSchedule(random: () => number): PollingSchedule {
  // Sorted, so that the one in the middle is the median.
  const durations: number[] = [];

  return {
    nextDelay(elapsedMs) {
      const expectedMs = durations[Math.floor((durations.length - 1) / 2)] ?? 0;
      // Nothing is known before the first status request that could be spread, so its pause has no jitter.
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
 * Whether a `jobStatus` says that the job has failed or was canceled. The API documents no status for that, so these
 * are the exact ones of the vendor's other jobs. With any other status the job goes on.
 */
export function isFailure(jobStatus: string): boolean {
  return /^(failure|failed|cancell?ed)$/i.test(jobStatus);
}
