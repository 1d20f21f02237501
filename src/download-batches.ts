import type { Batch } from './batches.js';
import { createBatchQueue, type PendingBatch, type RequestedBatch } from './batch-queue.js';
import { createCircuitBreaker } from './circuit-breaker.js';
import type { ScenarioClient } from './client.js';
import { systemClock, type Clock } from './clock.js';
import { HttpError, JobFailedError } from './errors.js';
import { requestBatch, waitForJob, type FinishedJob, type Job } from './jobs.js';
import { createPollingSchedule, type PollingSchedule } from './polling.js';
import { runPool } from './pool.js';
import { emit, type ProgressEvent } from './progress.js';
import { requireInteger, requireMilliseconds } from './require.js';
import { isTooLarge, tooLargeError } from './too-large.js';

interface OutcomeOfBatch {
  kind: 'archive';
  /** Its place in the plan, from 0. */
  index: number;
  /** Which half of which half, when the server found the batch too large: `[]`, `[0]`, `[1, 0]`. */
  part: number[];
  batch: Batch;
}

/** The archive of a batch can be fetched. `downloadUrl` is a signed URL: a credential, which expires. */
export interface ReadyBatch extends OutcomeOfBatch {
  status: 'ready';
  job: Job;
  jobStatus: string;
  downloadUrl: string;
}

/** A batch was given up. With a `job`, it can be waited for again. */
export interface FailedBatch extends OutcomeOfBatch {
  status: 'failed';
  job?: Job | undefined;
  error: Error;
}

/** What became of one batch. Tell them apart by `status`. */
export type BatchOutcome = ReadyBatch | FailedBatch;

/** How {@link downloadBatches} goes about it. */
export interface DownloadBatchesOptions {
  /** How many jobs may be under way at once. Lowered for a while when the server says that it is too many. Default 4. */
  concurrency?: number | undefined;
  /** How long to wait for one job, in milliseconds. Default 1,800,000: 30 minutes. */
  timeoutMs?: number | undefined;
  /** Calls everything off; the generator rejects with its `reason`. Jobs that were requested go on at the server. */
  signal?: AbortSignal | undefined;
  /** Hears of what happens to the batches. */
  onProgress?: ((event: ProgressEvent) => void) | undefined;
  /** Time and chance. Default: the runtime's. */
  clock?: Clock | undefined;
}

/** How often a batch is put off with 429, each time after all repetitions, before it is given up. */
const MAX_REFUSALS = 5;

/**
 * Requests batches (`downloadRequestBatch`), waits for their jobs (`downloadGetStatus`), and yields what became of each
 * as it settles. It is the primitive under `downloadAll`: what was yielded cannot be lost, and it never rejects because
 * of one batch. Batches are taken from the iterable only as there is room for them.
 *
 * A batch that the server finds too large goes on as two halves. After an answer of 401, or when as many requests in a
 * row as there may be at once had no answer at all, what was not requested yet fails with the same error.
 *
 * @param batches from `planBatches`; those with a `job` are only waited for, and requested anew when the server no
 * longer has the job, or it failed
 * @throws {InvalidInputError} for an unusable option
 */
export async function* downloadBatches(
  client: ScenarioClient,
  batches: Iterable<Batch | RequestedBatch>,
  options: DownloadBatchesOptions = {},
): AsyncGenerator<BatchOutcome, void, undefined> {
  const { onProgress, signal, clock = systemClock } = options;
  const timeoutMs = requireMilliseconds('timeoutMs', options.timeoutMs ?? 1_800_000);
  const concurrency = requireInteger('concurrency', options.concurrency ?? 4, 1);
  const queue = createBatchQueue(batches, concurrency);
  const breaker = createCircuitBreaker(concurrency);
  const schedule = createPollingSchedule(clock.random);
  let underWay = 0;

  async function run(pending: PendingBatch, stop: AbortSignal): Promise<BatchOutcome | undefined> {
    const { index, part, batch } = pending;
    const place = { kind: 'archive', index, part, batch } as const;
    underWay++;
    try {
      if (!pending.job) breaker.assertClosed();
      const finished = await finishJob({ client, pending, schedule, clock, timeoutMs, signal: stop, onProgress });
      queue.noteSuccess();
      breaker.note();
      return { ...place, status: 'ready', ...finished };
    } catch (error) {
      if (stop.aborted) throw stop.reason;
      if (!pending.job) breaker.note(error);
      const refusal = pending.job === undefined && error instanceof HttpError ? error : undefined;
      if (refusal?.status === 429 && pending.refusals < MAX_REFUSALS) {
        queue.putOff(pending, underWay);
        return undefined;
      }
      const tooLarge = refusal && isTooLarge(refusal, batch) ? refusal : undefined;
      if (tooLarge && queue.split(pending)) {
        emit(onProgress, { type: 'batch-split', index, part, parts: 2 });
        return undefined;
      }
      const reason = tooLarge ? tooLargeError(batch, tooLarge) : toError(error);
      emit(onProgress, { type: 'batch-failed', index, part, jobId: pending.job?.jobId, error: reason });
      return { ...place, status: 'failed', job: pending.job, error: reason };
    } finally {
      underWay--;
    }
  }

  for await (const outcome of runPool({ take: () => queue.take(), run, limit: () => queue.limit(), signal })) {
    if (outcome) yield outcome;
  }
}

interface FinishJob {
  client: ScenarioClient;
  /** Gets its `job` here, as soon as there is one: a batch that fails later must not lose it. */
  pending: PendingBatch;
  schedule: PollingSchedule;
  clock: Clock;
  timeoutMs: number;
  signal: AbortSignal;
  onProgress: ((event: ProgressEvent) => void) | undefined;
}

async function finishJob(options: FinishJob): Promise<{ job: Job; jobStatus: string; downloadUrl: string }> {
  const { client, pending, clock, signal, onProgress } = options;
  const { index, part, batch } = pending;
  if (pending.job) {
    const finished = await waitUnlessLost(options, pending.job);
    if (finished) return { job: pending.job, ...withoutId(finished) };
    pending.job = undefined;
  }
  const job = await requestBatch(client, batch, { signal, clock });
  pending.job = job;
  emit(onProgress, { type: 'batch-requested', index, part, batch, jobId: job.jobId });
  return { job, ...withoutId(await wait(options, job)) };
}

async function wait(options: FinishJob, job: Job): Promise<FinishedJob> {
  const { client, pending, schedule, clock, timeoutMs, signal, onProgress } = options;
  const { index, part } = pending;
  const { jobId } = job;
  const finished = await waitForJob(client, job, {
    schedule,
    clock,
    timeoutMs,
    signal,
    onPoll: (event) => emit(onProgress, { type: 'batch-waiting', index, part, ...event }),
  });
  emit(onProgress, { type: 'batch-ready', index, part, jobId, elapsedMs: clock.now() - job.requestedAt });
  return finished;
}

/** Undefined when the server no longer has the job, or it came to nothing: then it takes a new one. */
async function waitUnlessLost(options: FinishJob, job: Job): Promise<FinishedJob | undefined> {
  try {
    return await wait(options, job);
  } catch (error) {
    const isGone = error instanceof HttpError && (error.status === 404 || error.status === 410);
    if (isGone || error instanceof JobFailedError) return undefined;
    throw error;
  }
}

function withoutId({ jobStatus, downloadUrl }: FinishedJob): { jobStatus: string; downloadUrl: string } {
  return { jobStatus, downloadUrl };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
