import type { Batch } from '../batches.js';
import { downloadBatches, type BatchOutcome } from '../download-batches.js';
import { HttpError, JobFailedError, toError } from '../errors.js';
import type { ProgressEvent } from '../progress.js';
import { FileSystemError } from './errors.js';
import { findSaved } from './find-saved.js';
import { archiveKey } from './keep-archive.js';
import { expandBatch, isAskedFor, partKey, partOf, wholeOf, type PlannedBatch } from './planned-batches.js';
import { createReportBuilder, type ReportBuilder, type SettledBatch } from './report/report-builder.js';
import type { Run } from './run.js';
import { saveArchive } from './save-archive.js';

/** How many archives are read at once: while one is unpacked, the directory of the next is fetched. */
const MAX_ARCHIVES = 3;

/**
 * Requests the archives of batches and saves each as soon as it is ready, while others are still being prepared. A
 * batch whose wanted files are already there is not requested. If the archive of a job from an earlier run no longer
 * exists, the batch is requested again.
 *
 * @param stop aborted when the disk as a whole fails or the journal cannot be written
 */
export async function saveBatches(
  plan: readonly { key: string; batch: Batch }[],
  run: Run,
  stop: AbortController,
): Promise<ReportBuilder> {
  const report = createReportBuilder(run.options.directory, run.saved);
  const requests: PlannedBatch[] = [];
  for (const planned of expandPlan(plan, run)) {
    run.signal.throwIfAborted();
    const settled = await findSaved(planned, run).catch((error: unknown): SettledBatch => {
      // The error concerns only the paths of this batch, so the other batches continue.
      if (!(error instanceof FileSystemError) || run.isFatal(error)) throw error;
      return { jobId: null, assets: null, files: run.saved.filesOf(planned.key), failed: [], error };
    });
    if (settled === undefined) {
      requests.push(planned);
      continue;
    }
    report.settle(planned, settled);
    // An earlier run with other options may have been interrupted while it fetched the archive.
    await run.partials.remove(planned.key);
  }
  const gone = await requestBatches(requests, report, run, stop);
  await Promise.all(gone.map(({ key }) => run.journal.append({ type: 'forget', batch: key })));
  await requestBatches(gone, report, run, stop);
  return report;
}

/** @returns the batches with a job of an earlier run whose archive no longer exists; they are not in the report yet */
async function requestBatches(
  requests: readonly PlannedBatch[],
  report: ReportBuilder,
  run: Run,
  stop: AbortController,
): Promise<PlannedBatch[]> {
  const { client, options, journal, saved, signal, tell } = run;
  const { concurrency, timeoutMs, clock } = options;
  const gone: PlannedBatch[] = [];
  const toRequest = requests.map(({ key, batch }) => ({ batch, job: journal.batches.get(key)?.job }));

  /** The planned batch that an event or outcome is about, with the key of the whole batch and the complete part. */
  const plannedBy = (at: number, asked: readonly number[]): PlannedBatch => {
    const request = requests[at];
    if (request === undefined) throw new Error(`There is no batch ${at}.`);
    return { ...request, key: wholeOf(request.key), part: [...request.part, ...asked] };
  };
  const giveUp = (key: string) => {
    const forgotten = [
      journal.append({ type: 'forget', batch: key }),
      saved.place({ batch: key, rank: [], isWanted: () => false }, []),
    ];
    Promise.all(forgotten).catch((error: unknown) => stop.abort(error));
  };
  const onProgress = (event: ProgressEvent) => {
    if (event.type === 'batch-requested') {
      const { key, part } = plannedBy(event.index, event.part);
      const line = {
        type: 'job',
        batch: partKey(key, { batch: event.batch, part }),
        jobId: event.jobId,
        requestedAt: clock.now(),
      } as const;
      journal.append(line).catch((error: unknown) => stop.abort(error));
    }
    // A split batch is not requested again. Its saved files belong to its halves now.
    if (event.type === 'batch-split') {
      const { key, batch, part } = plannedBy(event.index, event.part);
      giveUp(partKey(key, { batch: partOf(batch, event.part), part }));
    }
    if (!('index' in event)) {
      tell(event);
      return;
    }
    const { index, part } = plannedBy(event.index, event.part);
    tell({ ...event, index, part });
  };

  const save = async (outcome: BatchOutcome): Promise<void> => {
    const { batch } = outcome;
    const { key, index, part } = plannedBy(outcome.index, outcome.part);
    const planned: PlannedBatch = { key: partKey(key, { batch, part }), index, part, batch };
    const jobId = outcome.job?.jobId ?? null;
    // Files that earlier runs have saved are still there if the batch fails.
    const known = () => {
      const files = saved.filesOf(planned.key);
      return { assets: journal.batches.get(planned.key)?.archive?.files ?? (files.length || null), files, failed: [] };
    };
    if (outcome.status === 'failed') {
      report.settle(planned, { jobId, ...known(), error: outcome.error });
      return;
    }
    try {
      report.settle(planned, { jobId, ...(await saveArchive({ ...outcome, ...planned }, run)) });
    } catch (error) {
      if (run.isFatal(error)) stop.abort(error);
      if (signal.aborted) return;
      if (isGone(error) && jobId === toRequest[outcome.index]?.job?.jobId) {
        gone.push(planned);
        return;
      }
      tell({ type: 'archive-failed', batch: index, jobId: outcome.job.jobId, error: toError(error) });
      report.settle(planned, { jobId, ...known(), error });
    }
  };

  const running = new Set<Promise<void>>();
  try {
    const batches = toRequest.map(({ batch, job }) => (job ? { batch, job } : batch));
    for await (const outcome of downloadBatches(client, batches, {
      concurrency,
      timeoutMs,
      signal,
      onProgress,
      clock,
    })) {
      const work = save(outcome).finally(() => running.delete(work));
      running.add(work);
      while (running.size >= MAX_ARCHIVES) await Promise.race(running);
    }
  } finally {
    await Promise.all(running);
  }
  signal.throwIfAborted();
  return gone;
}

/**
 * Whether an error means that an archive no longer exists. Some hosts answer 403 for a removed file. The API may report
 * that the job has failed when it is asked for a fresh URL.
 */
function isGone(error: unknown): boolean {
  if (error instanceof JobFailedError) return true;
  return error instanceof HttpError && [403, 404, 410].includes(error.status);
}

/** Replaces the batches that were split in an earlier run with their parts. */
function expandPlan(plan: readonly { key: string; batch: Batch }[], { journal }: Run): PlannedBatch[] {
  const split = new Set<string>();
  for (const [key, record] of journal.batches) {
    if (isAskedFor(record) && key !== wholeOf(key) && key !== archiveKey(wholeOf(key))) split.add(wholeOf(key));
  }
  return plan.flatMap(({ key, batch }, index) => expandBatch(index, key, batch, journal.batches, split.has(key)));
}
