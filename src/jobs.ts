import type { Batch } from './batches.js';
import type { ScenarioClient } from './client.js';
import { systemClock, type Clock } from './clock.js';
import { HttpError, InvalidResponseError, JobFailedError, JobTimeoutError, NetworkError } from './errors.js';
import { getStatus, type StatusAnswer } from './get-status.js';
import { createPollingSchedule, meaningOf, type PollingSchedule } from './polling.js';
import { emit } from './progress.js';
import { requireMilliseconds, show } from './require.js';
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
  /** Since the job was requested, in milliseconds. */
  elapsedMs: number;
  /** The pause before the next question, in milliseconds. */
  nextPollMs: number;
}

/** How {@link waitForJob} waits. */
export interface WaitOptions extends RequestBatchOptions {
  /** How long to wait at most, in milliseconds; the last question is asked then. Default 1,800,000: 30 minutes. */
  timeoutMs?: number | undefined;
  /** Hears of each answer that is not the last. */
  onPoll?: ((event: PollEvent) => void) | undefined;
  /** Shared by the jobs of a run, so that they learn from each other. */
  schedule?: PollingSchedule | undefined;
}

const PATH = '/assets/download';

/**
 * Asks for the archive of a batch (`downloadRequestBatch`) and resolves to its job, without waiting for it.
 *
 * @throws {HttpError} when the server refuses
 * @throws {NetworkError} when no whole answer came; the job may have been created all the same
 * @throws {InvalidResponseError} when the answer has no job id
 */
export async function requestBatch(
  client: ScenarioClient,
  { options, query }: Batch,
  { signal, clock = systemClock }: RequestBatchOptions = {},
): Promise<Job> {
  const result = await client.POST(PATH, { body: { options, query }, ...(signal && { signal }) });
  const { jobId }: { jobId?: unknown } = unwrap(result, 'POST', PATH);
  if (typeof jobId === 'string' && jobId) return { jobId, requestedAt: clock.now() };
  throw new InvalidResponseError(`downloadRequestBatch answered without a jobId: ${show(jobId)}.`);
}

/** How often a job may say `success` without a URL before that counts as its end, and the pause in between. */
const GRACE_POLLS = 4;
const GRACE_MS = 500;
/** How many questions in a row may fail, each with its own repetitions, before the wait is given up. */
const MAX_FAILED_POLLS = 3;
/** How long after the deadline the last answer may still arrive. */
const LAST_ANSWER_MS = 10_000;

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
  job: Pick<Job, 'jobId'> & Partial<Job>,
  options: WaitOptions = {},
): Promise<FinishedJob> {
  const { timeoutMs = 1_800_000, signal, onPoll, clock = systemClock } = options;
  const { schedule = createPollingSchedule(clock.random) } = options;
  const { jobId, requestedAt = 0 } = job;
  const startedAt = clock.now();
  const deadline = startedAt + requireMilliseconds('timeoutMs', timeoutMs);
  const elapsed = () => Math.max(0, clock.now() - requestedAt);

  let pauseMs = schedule.nextDelay(0) - elapsed();
  let lastStatus = '';
  let failedPolls = 0;
  let gracePolls = 0;
  for (let polls = 1; ; polls++) {
    pauseMs = Math.min(pauseMs, deadline - clock.now());
    if (pauseMs > 0) await clock.delay(pauseMs, signal);
    const remainingMs = deadline - clock.now();

    const answer = await ask(client, jobId, clock, remainingMs + LAST_ANSWER_MS, signal);
    const { error, downloadUrl, retryAfterMs } = answer;
    if (!error) {
      failedPolls = 0;
      lastStatus = answer.jobStatus;
      const details = { jobId, jobStatus: lastStatus };
      const meaning = meaningOf(lastStatus);
      const isFailed = meaning === 'failed';
      if (downloadUrl && !isFailed) {
        if (polls > 1) schedule.learn(elapsed());
        return { ...details, downloadUrl };
      }
      if (isFailed || (meaning === 'success' && ++gracePolls === GRACE_POLLS)) {
        const without = isFailed ? '' : ' without a downloadUrl';
        throw new JobFailedError(`Job ${jobId} ended as ${show(lastStatus)}${without}.`, details);
      }
    } else if (remainingMs > 0) {
      const waitsTooLong = clock.now() + (retryAfterMs ?? 0) > deadline;
      if (++failedPolls === MAX_FAILED_POLLS || waitsTooLong) throw error;
    }

    if (remainingMs <= 0) {
      const waitedMs = clock.now() - startedAt;
      throw new JobTimeoutError(
        `Job ${jobId} was not ready after ${Math.round(waitedMs / 1000)} s (its status was ${show(lastStatus)}). It goes on: wait for it again.`,
        { jobId, waitedMs, polls, lastStatus: lastStatus || undefined },
        error && { cause: error },
      );
    }
    pauseMs = retryAfterMs ?? (gracePolls > 0 ? GRACE_MS : schedule.nextDelay(elapsed()));
    emit(onPoll, { jobId, jobStatus: lastStatus, elapsedMs: elapsed(), nextPollMs: pauseMs });
  }
}

/** A question that failed in a way that passes: the job itself may be well. */
interface PassingFailure {
  error: HttpError | NetworkError;
  downloadUrl?: never;
  retryAfterMs?: number | undefined;
}

async function ask(
  client: ScenarioClient,
  jobId: string,
  clock: Clock,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<(StatusAnswer & { error?: never }) | PassingFailure> {
  const timeout = withTimeout(signal, timeoutMs);
  try {
    return await getStatus(client, jobId, clock, timeout.signal);
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    // It was not the caller, so it was the deadline.
    const error = timeout.signal.aborted ? new NetworkError(`No answer for job ${jobId} in time.`, { cause }) : cause;
    if (error instanceof NetworkError) return { error };
    if (error instanceof HttpError && isRetryable(error)) return { error, retryAfterMs: error.retryAfterMs };
    throw error;
  } finally {
    timeout.clear();
  }
}
