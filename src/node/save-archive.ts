import { ArchiveError } from '../errors.js';
import { waitForJob, type Job } from '../jobs.js';
import type { PlannedBatch } from './planned-batches.js';
import type { FailedFile } from './report/report.js';
import type { Run } from './run.js';
import { saveByFile } from './save-by-file.js';
import { saveEntries } from './save-entries.js';
import type { PlacedFile } from './placing/placed-file.js';
import { openRangedSource, RangesIgnoredError } from './transfer/ranged-source.js';
import { createRemote, type Remote } from './transfer/remote.js';

/** An archive that can be read. */
export interface Archive extends PlannedBatch {
  job: Job;
  jobStatus: string;
  /** The files already reported as skipped, so that they are not reported again if the archive is read again. */
  skipped?: Set<PlacedFile>;
}

/** An archive that can be fetched. */
export interface ReadyArchive extends Archive {
  downloadUrl: string;
}

/** The outcome of an archive. */
export interface ArchiveResult {
  /** How many files the archive has. */
  assets: number;
  /** All files of the archive, wanted or not. Empty with `extract: false`. */
  files: PlacedFile[];
  failed: FailedFile[];
  /** The archive itself, if it was kept. */
  archive?: PlacedFile;
}

/**
 * How often an archive may change while it is fetched by range requests. After that it is fetched in one response,
 * which is always of one version: the servers of some hosts send different ETags for the same content.
 */
const MAX_CHANGES = 3;

/**
 * Saves the wanted files of an archive. They are fetched by range requests if the host supports them and the archive is
 * not to be kept; otherwise the whole archive is fetched to a file first.
 *
 * @throws {ArchiveError} when the archive as a whole cannot be used
 * @throws {FileSystemError} when a file system operation fails
 * @throws {HttpError | NetworkError} when the archive cannot be fetched
 */
export async function saveArchive(archive: ReadyArchive, run: Run): Promise<ArchiveResult> {
  const { client, options, transport, signal, tell } = run;
  const { jobId } = archive.job;
  const { clock, timeoutMs, stallTimeoutMs } = options;
  const remote: Remote = createRemote({
    url: archive.downloadUrl,
    refreshUrl: async () => (await waitForJob(client, archive.job, { signal, clock, timeoutMs })).downloadUrl,
    transport,
    clock,
    stallTimeoutMs,
    transfer: run.meter.begin(),
    onRetry: (retry) => tell({ type: 'transfer-retry', source: remote.label, ...retry }),
  });
  const skipped = new Set<PlacedFile>();
  for (let changes = 0; ; changes++) {
    try {
      const result = await saveVersion({ ...archive, skipped }, remote, run, changes < MAX_CHANGES);
      await run.partials.remove(archive.key);
      return result;
    } catch (error) {
      const isChanged = error instanceof ArchiveError && error.reason === 'changed' && changes < MAX_CHANGES;
      if (!isChanged) throw error;
      tell({ type: 'archive-changed', batch: archive.index, jobId });
    } finally {
      remote.transfer.expectNoMore();
    }
  }
}

async function saveVersion(archive: ReadyArchive, remote: Remote, run: Run, inRanges: boolean): Promise<ArchiveResult> {
  const { pool, signal, options } = run;
  const ranged = inRanges ? await pool.run(() => openRangedSource(remote, signal), signal) : undefined;
  try {
    return ranged === undefined || options.keepArchives
      ? await saveByFile(archive, remote, ranged, run)
      : await saveEntries(archive, ranged, { run, pool, ranged });
  } catch (error) {
    if (!(error instanceof RangesIgnoredError)) throw error;
    remote.transfer.expectNoMore();
    return saveByFile(archive, remote, undefined, run);
  }
}
