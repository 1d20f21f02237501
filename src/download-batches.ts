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

/** A batch whose job was requested before, by this process or another one. */
export interface RequestedBatch {
  batch: Batch;
  job: Job;
}

/** A batch that waits for its turn, maybe not for the first time. */
interface PendingBatch extends Partial<RequestedBatch> {
  batch: Batch;
  /** Which half of which half. Default: the whole. */
  part?: number[];
  /** How often the server has put it off. Default 0. */
  refusals?: number;
}

/** How {@link downloadBatches} goes about it. */
export interface DownloadBatchesOptions {
  /** How many jobs may be under way at once. Lowered for a while when the server says that it is too many. Default 4. */
  concurrency?: number | undefined;
  /**
   * How long to wait for one job, in milliseconds; the last question is asked then, and has 10 s more for its answer.
   * Default 1,800,000: 30 minutes.
   */
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
 * the size could not be known, since it has inference or model ids. One that is refused with 429 is requested again, when
 * the server says. After an answer of 401, when the server wants to be left alone for longer than `timeoutMs`, or when as
 * many requests in a row as there may be at once, but three at least, had no answer at all, what was not requested yet
 * fails with the same error.
 *
 * @param batches from `planBatches`; those with a `job` are only waited for, and requested anew when the server no
 * longer has the job, or refuses to tell of it (400, 403, 404, 410, 422), or it failed
 * @throws {InvalidInputError} for an unusable option, before any request
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
      // The server no longer has the job, or it came to nothing: it takes a new one. APIs have many words for one that
      // this key may not see, of another project, say, or of a key that was replaced.
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
