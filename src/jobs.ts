import type { Batch } from './batches.js';
import type { ScenarioClient } from './client.js';
import { systemClock, type Clock } from './clock.js';
import { HttpError, InvalidResponseError, JobFailedError, JobTimeoutError, NetworkError } from './errors.js';
import { getStatus } from './get-status.js';
import { DEFAULT_TIMEOUT_MS, GRACE_POLLS, LAST_ANSWER_MS, MAX_FAILED_POLLS } from './limits.js';
import { withOwnSignal } from './own-signal.js';
import { createPollingSchedule, isFailure, MIN_PAUSE_MS, type PollingSchedule } from './polling.js';
import { emit } from './progress.js';
import { isUsableId, requireMilliseconds, show } from './require.js';
import { isRetryable } from './retry.js';
import { withTimeout } from './timeout.js';
import { unwrap } from './unwrap.js';

/** A job that prepares the archive of a batch. Plain JSON: it can be stored, and waited for by another process. */
export interface Job {
  jobId: string;
  /** When it was requested, in epoch milliseconds. */
  requestedAt: number;
}

/** A job that has ended well. `downloadUrl` is a signed URL: a credential, which expires. */
export interface FinishedJob {
  jobId: string;
  jobStatus: string;
  downloadUrl: string;
}

/** What {@link requestBatch} takes besides the batch. */
export interface RequestBatchOptions {
  /** Calls it off; the promise rejects with its `reason`. */
  signal?: AbortSignal | undefined;
  /** Time and chance. Default: the runtime's. */
  clock?: Clock | undefined;
}

/** An answer of `downloadGetStatus` that was not the last. */
export interface PollEvent {
  jobId: string;
  /** As the server put it; empty when there was no answer yet. */
  jobStatus: string;
  /** Since the job was requested, in milliseconds; since 1970, where that is not known. */
  elapsedMs: number;
  /** The pause before the next question, in milliseconds. */
  nextPollMs: number;
}

/** How {@link waitForJob} waits. */
export interface WaitOptions extends RequestBatchOptions {
  /**
   * How long to wait at most, in milliseconds; the last question is asked then, and has 10 s more for its answer. Default
   * 1,800,000: 30 minutes.
   */
  timeoutMs?: number | undefined;
  /** Hears of each answer that is not the last. */
  onPoll?: ((event: PollEvent) => void) | undefined;
  /** Shared by the jobs of a run, so that they learn from each other. */
  schedule?: PollingSchedule | undefined;
}

/**
 * Asks for the archive of a batch (`downloadRequestBatch`) and resolves to its job, without waiting for it.
 *
 * @throws {HttpError} when the server refuses
 * @throws {NetworkError} when no whole answer came; the job may have been created all the same
 * @throws {InvalidResponseError} when the answer has no job id, or one that nobody could ask for
 */
export async function requestBatch(
  client: ScenarioClient,
  batch: Batch,
  { signal, clock = systemClock }: RequestBatchOptions = {},
): Promise<Job> {
  const result = await withOwnSignal(signal, (own) => client.POST('/assets/download', { body: batch, signal: own }));
  const { jobId } = unwrap(result, 'POST', '/assets/download');
  if (isUsableId(jobId)) return { jobId, requestedAt: clock.now() };
  throw new InvalidResponseError('downloadRequestBatch answered without a usable jobId.');
}

/**
 * Asks for the status of a job (`downloadGetStatus`) until it has a URL. For a job that is ready it asks just once, and
 * gets a fresh URL if the server makes fresh ones.
 *
 * @param job from `requestBatch`, from JSON, or made of an id; one that is not new is asked for at once
 * @throws {JobFailedError} when the job failed, was canceled, or ended without a URL
 * @throws {JobTimeoutError} when it was not ready in time; it can be waited for again
 * @throws {HttpError | NetworkError | InvalidResponseError} when the status cannot be had
 */
export async function waitForJob(
  client: ScenarioClient,
  { jobId, requestedAt = 0 }: Pick<Job, 'jobId'> & Partial<Job>,
  {
    timeoutMs = DEFAULT_TIMEOUT_MS,
    signal,
    onPoll,
    clock = systemClock,
    schedule = createPollingSchedule(clock.random),
  }: WaitOptions = {},
): Promise<FinishedJob> {
  requireMilliseconds('timeoutMs', timeoutMs);
  const startedAt = clock.now();
  const waited = () => clock.now() - startedAt;
  // Where a store made something else of it, nothing is known.
  const elapsed = () => Math.max(0, clock.now() - requestedAt) || 0;

  let pauseMs = schedule.nextDelay(0) - elapsed();
  let jobStatus = '';
  let failedPolls = 0;
  let gracePolls = 0;
  for (let polls = 1; ; polls++) {
    pauseMs = Math.min(pauseMs, timeoutMs - waited());
    if (pauseMs > 0) await clock.delay(pauseMs, signal);
    const remainingMs = timeoutMs - waited();

    let retryAfterMs: number | undefined;
    let failure: ErrorOptions | undefined;
    try {
      const answer = await withTimeout(signal, remainingMs + LAST_ANSWER_MS, `job ${jobId}`, (until) =>
        getStatus(client, jobId, clock, until),
      );
      const { downloadUrl } = answer;
      ({ jobStatus, retryAfterMs } = answer);
      failedPolls = 0;
      const isFailed = isFailure(jobStatus);
      if (downloadUrl && !isFailed) {
        // How long ago it was requested says nothing, where that was in another run.
        if (polls > 1) schedule.learn(waited());
        return { jobId, jobStatus, downloadUrl };
      }
      if (isFailed || (/^success$/i.test(jobStatus) && ++gracePolls === GRACE_POLLS)) {
        const without = isFailed ? '' : ' without a downloadUrl';
        throw new JobFailedError(`Job ${jobId} ended as ${show(jobStatus)}${without}.`, { jobId, jobStatus });
      }
    } catch (error) {
      // A question that failed in a way that passes says nothing of the job, which may be well.
      const isPassing = error instanceof HttpError ? isRetryable(error) : error instanceof NetworkError;
      if (!isPassing) throw error;
      ({ retryAfterMs } = error as Partial<HttpError>);
      const waitsTooLong = waited() + (retryAfterMs ?? 0) > timeoutMs;
      if (remainingMs > 0 && (++failedPolls === MAX_FAILED_POLLS || waitsTooLong)) throw error;
      failure = { cause: error };
    }

    if (remainingMs <= 0) {
      const waitedMs = waited();
      throw new JobTimeoutError(
        `Job ${jobId} is still ${show(jobStatus || 'unknown')} after ${waitedMs / 1000} s. It goes on: wait again.`,
        { jobId, waitedMs, polls, lastStatus: jobStatus || undefined },
        failure,
      );
    }
    // A hint that is no pause would ask without an end, and one beyond the deadline would ask no more.
    const hintMs = retryAfterMs ?? 0;
    const isUsable = hintMs >= MIN_PAUSE_MS && waited() + hintMs <= timeoutMs;
    pauseMs = isUsable ? hintMs : schedule.nextDelay(elapsed());
    emit(onPoll, { jobId, jobStatus, elapsedMs: elapsed(), nextPollMs: pauseMs });
  }
}
