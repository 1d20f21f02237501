import type { Batch } from './batches.js';
import { createBatchQueue, type PendingBatch, type RequestedBatch } from './batch-queue.js';
import { createCircuitBreaker } from './circuit-breaker.js';
import type { ScenarioClient } from './client.js';
import { systemClock, type Clock } from './clock.js';
import { HttpError, JobFailedError, toError } from './errors.js';
import { requestBatch, waitForJob, type Job } from './jobs.js';
import { createPollingSchedule } from './polling.js';
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

/**
 * Requests batches (`downloadRequestBatch`), waits for their jobs (`downloadGetStatus`), and yields what became of each
 * as it settles. It is the primitive under `downloadAll`: what was yielded cannot be lost, and it never rejects because
 * of one batch. Batches are taken from the iterable only as there is room for them.
 *
 * A batch that the server finds too large goes on as two halves: after 413, and after a 400 or 422 that says so where
 * the size could not be known, since it has inference or model ids. After an answer of 401, or when as many requests in a
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
  const { concurrency = 4, timeoutMs = 1_800_000, signal, onProgress, clock = systemClock } = options;
  const queue = createBatchQueue(batches, requireInteger('concurrency', concurrency, 1));
  const breaker = createCircuitBreaker(concurrency);
  const schedule = createPollingSchedule(clock.random);
  requireMilliseconds('timeoutMs', timeoutMs);

  async function run(pending: PendingBatch, stop: AbortSignal): Promise<BatchOutcome | undefined> {
    const { index, part, batch } = pending;
    const place = { index, part };
    const common = { kind: 'archive', ...place, batch } as const;
    let { job } = pending;
    try {
      if (!job) {
        breaker.assertClosed();
        job = await requestBatch(client, batch, { signal: stop, clock });
        emit(onProgress, { type: 'batch-requested', ...place, batch, jobId: job.jobId });
      }
      const { jobId, requestedAt } = job;
      const { jobStatus, downloadUrl } = await waitForJob(client, job, {
        schedule,
        clock,
        timeoutMs,
        signal: stop,
        onPoll: (event) => emit(onProgress, { type: 'batch-waiting', ...place, ...event }),
      });
      emit(onProgress, { type: 'batch-ready', ...place, jobId, elapsedMs: clock.now() - requestedAt });
      queue.noteSuccess();
      breaker.note();
      return { ...common, status: 'ready', job, jobStatus, downloadUrl };
    } catch (reason) {
      if (stop.aborted) throw stop.reason;
      let error = toError(reason);
      if (pending.job && isLost(error)) return run({ ...pending, job: undefined }, stop);
      if (!job) {
        breaker.note(error);
        if (error instanceof HttpError) {
          if (error.status === 429 && queue.putOff(pending)) return undefined;
          if (isTooLarge(error, batch)) {
            if (queue.split(pending)) {
              emit(onProgress, { type: 'batch-split', ...place, parts: 2 });
              return undefined;
            }
            error = tooLargeError(batch, error);
          }
        }
      }
      emit(onProgress, { type: 'batch-failed', ...place, jobId: job?.jobId, error });
      return { ...common, status: 'failed', job, error };
    }
  }

  const { take, limit } = queue;
  const runCounted = (pending: PendingBatch, stop: AbortSignal) => queue.count(run(pending, stop));
  for await (const outcome of runPool({ take, run: runCounted, limit, signal })) {
    if (outcome) yield outcome;
  }
}

/** Whether the server no longer has a job, or it came to nothing: then it takes a new one. */
function isLost(error: Error): boolean {
  const isGone = error instanceof HttpError && (error.status === 404 || error.status === 410);
  return isGone || error instanceof JobFailedError;
}
