import { splitBatch, type Batch } from './batches.js';
import { createCircuitBreaker } from './circuit-breaker.js';
import { requireClient, type ScenarioClient } from './client.js';
import { systemClock, type Clock } from './clock.js';
import { BatchTooLargeError, HttpError, JobFailedError } from './errors.js';
import { requestBatch, waitForJob, type Job } from './jobs.js';
import { DEFAULT_CONCURRENCY, DEFAULT_TIMEOUT_MS } from './limits.js';
import { createPollingSchedule } from './polling.js';
import { runPool } from './pool.js';
import { emit, type ProgressEvent } from './progress.js';
import { waitIfPutOff } from './put-off.js';
import { requireKind, requireMilliseconds, show } from './require.js';
import { isTooLarge } from './too-large.js';

interface OutcomeOfBatch {
  kind: 'archive';
  /** The position of the batch in the plan, from 0. */
  index: number;
  /**
   * The part of the batch, if the server found it too large: `[]` is the whole batch, `[1]` is its second half, and
   * `[1, 0]` is the first half of that half.
   */
  part: number[];
  batch: Batch;
}

/** A batch whose archive can be fetched. `downloadUrl` is a signed URL: it is a credential, and it expires. */
export interface ReadyBatch extends OutcomeOfBatch {
  status: 'ready';
  job: Job;
  jobStatus: string;
  downloadUrl: string;
}

/**
 * A batch that failed. It has a `job` if one was created, which can be waited for again unless the job itself failed.
 */
export interface FailedBatch extends OutcomeOfBatch {
  status: 'failed';
  job?: Job | undefined;
  error: Error;
}

/** The outcome of one batch. `status` tells the two apart. */
export type BatchOutcome = ReadyBatch | FailedBatch;

/** A batch whose job was requested earlier, by this process or another one. */
export interface RequestedBatch {
  batch: Batch;
  job: Job;
}

/** A batch to process, for the first time or again. */
interface PendingBatch extends Partial<RequestedBatch> {
  batch: Batch;
  /** See `part` of an outcome. Default: the whole batch. */
  part?: number[];
  /** How often the server has refused it with 429. Default 0. */
  refusals?: number;
}

/** The options of {@link downloadBatches}. */
export interface DownloadBatchesOptions {
  /** The maximum number of concurrent jobs. It is lowered for a while if the server refuses more. Default 4. */
  concurrency?: number | undefined;
  /**
   * The maximum time to wait for one job, in milliseconds. The last status request is sent at that time and may take
   * another 10 s. Default 1,800,000 (30 minutes).
   */
  timeoutMs?: number | undefined;
  /** Cancels everything; the call then rejects with the `reason` of the signal. Requested jobs go on at the server. */
  signal?: AbortSignal | undefined;
  /** Called for each progress event. Errors that it throws are ignored. */
  onProgress?: ((event: ProgressEvent) => void) | undefined;
  /** The source of time and random numbers. Default: `systemClock`, which uses those of the runtime. */
  clock?: Clock | undefined;
}

/**
 * Requests batches (`downloadRequestBatch`), waits for their jobs (`downloadGetStatus`), and yields the outcome of each
 * batch as it settles. `downloadAll` is built on it. It never rejects because of a single batch, so that outcomes are
 * not lost. A batch is taken from the iterable only when it can start.
 *
 * A batch that is too large for the server is split in two. That is the case after a response of 413, and after a 400
 * or 422 that says so, if the batch has inference or model ids and its size could not be known. A batch that is refused
 * with 429 is requested again when the server allows it.
 *
 * Batches that were not requested yet fail with the same error, without a request, after a response of 401, when the
 * server asks for a pause longer than `timeoutMs`, or after `concurrency` (at least three) consecutive requests without
 * a response.
 *
 * @param batches from `planBatches`. A batch with a `job` is only waited for. It is requested again if its job failed,
 *   or if the server no longer has the job or refuses to report on it (400, 403, 404, 410, 422)
 * @throws {InvalidInputError} before any request, if an option is unusable
 */
export async function* downloadBatches(
  client: ScenarioClient,
  batches: Iterable<Batch | RequestedBatch>,
  {
    concurrency = DEFAULT_CONCURRENCY,
    timeoutMs = DEFAULT_TIMEOUT_MS,
    signal,
    onProgress,
    clock = systemClock,
  }: DownloadBatchesOptions = {},
): AsyncGenerator<BatchOutcome, void, undefined> {
  requireClient(client);
  requireKind('onProgress', onProgress, 'a function');
  requireMilliseconds('timeoutMs', timeoutMs);
  const send = createCircuitBreaker(concurrency, timeoutMs);
  const schedule = createPollingSchedule(clock.random);

  yield* runPool<Batch | PendingBatch, BatchOutcome>(batches, concurrency, signal, async (item, index, stop) => {
    const { batch, job: stored, part = [], refusals = 0 }: PendingBatch = 'batch' in item ? item : { batch: item };
    const place = { kind: 'archive', index, part, batch } as const;
    let job = stored;
    try {
      if (!job) {
        job = await send(() => requestBatch(client, batch, { signal: stop, clock }));
        emit(onProgress, { type: 'batch-requested', index, part, batch, jobId: job.jobId });
      }
      const { jobId, ...result } = await waitForJob(client, job, {
        schedule,
        clock,
        timeoutMs,
        signal: stop,
        onPoll: (event) => emit(onProgress, { type: 'batch-waiting', index, part, ...event }),
      });
      emit(onProgress, { type: 'batch-ready', index, part, jobId, elapsedMs: clock.now() - job.requestedAt });
      return { ...place, status: 'ready', job, ...result };
    } catch (reason) {
      stop.throwIfAborted();
      let error = reason as Error;
      // The stored job is gone or has failed, so a new one is needed. APIs differ in the status for a job that the key
      // may not see, because it belongs to another project or to a key that was replaced.
      const isGone = error instanceof HttpError && [400, 403, 404, 410, 422].includes(error.status);
      if (stored && (isGone || error instanceof JobFailedError)) return { again: [{ batch, part }] };
      if (!job && error instanceof HttpError) {
        if (await waitIfPutOff(error, refusals, { timeoutMs, clock, signal: stop, onProgress })) {
          return { again: [{ batch, part, refusals: refusals + 1 }], isRefused: true };
        }
        if (isTooLarge(error, batch)) {
          const halves = splitBatch(batch);
          if (halves) {
            emit(onProgress, { type: 'batch-split', index, part, parts: 2 });
            return { again: halves.map((half, at) => ({ batch: half, part: [...part, at] })) };
          }
          const [id] = Object.values(batch.query).flat();
          const message = `${error.message} If the id ${show(id)} alone is too large, name its assets.`;
          error = new BatchTooLargeError(message, { cause: error });
        }
      }
      emit(onProgress, { type: 'batch-failed', index, part, jobId: job?.jobId, error });
      return { ...place, status: 'failed', job, error };
    }
  });
}
