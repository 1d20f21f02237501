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

/** A job that prepares the archive of a batch. Plain JSON: it can be stored, and another process can wait for it. */
export interface Job {
  jobId: string;
  /** The time of the request, in milliseconds since the epoch. */
  requestedAt: number;
}

/** A job that has succeeded. `downloadUrl` is a signed URL: it is a credential, and it expires. */
export interface FinishedJob {
  jobId: string;
  jobStatus: string;
  downloadUrl: string;
}

/** The options of {@link requestBatch}. */
export interface RequestBatchOptions {
  /** Cancels the call; the promise then rejects with the `reason` of the signal. */
  signal?: AbortSignal | undefined;
  /** The source of time and random numbers. Default: `systemClock`, which uses those of the runtime. */
  clock?: Clock | undefined;
}

/** The result of a status request (`downloadGetStatus`) after which {@link waitForJob} goes on waiting. */
export interface PollEvent {
  jobId: string;
  /** The last status that the server sent; empty if there was none yet. */
  jobStatus: string;
  /** The time since the job was requested, or since 1970 if the job has no `requestedAt`, in milliseconds. */
  elapsedMs: number;
  /** The pause before the next status request, in milliseconds. */
  nextPollMs: number;
}

/** The options of {@link waitForJob}. */
export interface WaitOptions extends RequestBatchOptions {
  /**
   * The maximum time to wait, in milliseconds. The last status request is sent at that time and may take another 10 s.
   * Default 1,800,000 (30 minutes).
   */
  timeoutMs?: number | undefined;
  /**
   * Called after each status request, also a failed one, that does not end the wait. Errors that it throws are ignored.
   */
  onPoll?: ((event: PollEvent) => void) | undefined;
  /**
   * The polling schedule. Share one among the jobs of a run, so that it learns from all of them. Default: a new one.
   */
  schedule?: PollingSchedule | undefined;
}

/**
 * Requests the archive of a batch (`downloadRequestBatch`) and resolves to its job, without waiting for it.
 *
 * @throws {HttpError} if the server refuses the request
 * @throws {NetworkError} if no complete response was received; the job may have been created nevertheless
 * @throws {InvalidResponseError} if the response has no job id, or one that cannot be part of a URL
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
 * Polls the status of a job (`downloadGetStatus`) until it has a URL. If the job is ready already, this takes a single
 * request, and the URL is a fresh one if the server creates fresh ones.
 *
 * @param job from `requestBatch`, from stored JSON, or just `{ jobId }`. The first status request for a job that is not
 *   new is sent at once
 * @throws {InvalidInputError} if the id or `timeoutMs` is unusable
 * @throws {JobFailedError} if the job failed, was canceled, or succeeded without a URL
 * @throws {JobTimeoutError} if the job was not ready in time; it can be waited for again
 * @throws {HttpError | NetworkError | InvalidResponseError} if the status cannot be obtained
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
  // A stored `requestedAt` may have lost its type: the elapsed time counts as 0 if it is not a number.
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
        // Not the time since the request, which tells nothing about the duration if another run made it.
        if (polls > 1) schedule.learn(waited());
        return { jobId, jobStatus, downloadUrl };
      }
      if (isFailed || (/^success$/i.test(jobStatus) && ++gracePolls === GRACE_POLLS)) {
        const without = isFailed ? '' : ' without a downloadUrl';
        throw new JobFailedError(`Job ${jobId} ended as ${show(jobStatus)}${without}.`, { jobId, jobStatus });
      }
    } catch (error) {
      // A status request that failed for a temporary reason says nothing about the job.
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
    // A Retry-After that is too short would poll without a pause, and one beyond the deadline
    // would leave only the request at the deadline.
    const hintMs = retryAfterMs ?? 0;
    const isUsable = hintMs >= MIN_PAUSE_MS && waited() + hintMs <= timeoutMs;
    pauseMs = isUsable ? hintMs : schedule.nextDelay(elapsed());
    emit(onPoll, { jobId, jobStatus, elapsedMs: elapsed(), nextPollMs: pauseMs });
  }
}
