import { rm } from 'node:fs/promises';
import type { Batch } from '../batches.js';
import { ArchiveError } from '../errors.js';
import { waitForJob, type Job } from '../jobs.js';
import type { ByteSource } from './byte-source.js';
import { keepArchive } from './keep-archive.js';
import type { PlannedBatch } from './planned-batches.js';
import type { FailedFile } from './report.js';
import type { Run } from './run.js';
import { saveEntries } from './save-entries.js';
import type { PlacedFile } from './placed-file.js';
import { fetchInParts } from './transfer/fetch-in-parts.js';
import { fetchWhole, type FetchedFile } from './transfer/fetch-whole.js';
import { openFileSource } from './transfer/file-source.js';
import { openRangedSource, RangesIgnoredError } from './transfer/ranged-source.js';
import { createRemote, type Remote } from './transfer/remote.js';

/** An archive that can be fetched. */
export interface ReadyArchive extends PlannedBatch {
  batch: Batch;
  job: Job;
  jobStatus: string;
  downloadUrl: string;
}

/** What became of an archive. */
export interface ArchiveResult {
  /** How many files the archive has. */
  assets: number;
  /** All of them, wanted or not, where they were to be unpacked. */
  files: PlacedFile[];
  failed: FailedFile[];
  /** Where the archive itself was kept. */
  archive?: string;
}

/** How often an archive may change while it is fetched. */
const MAX_CHANGES = 3;

/**
 * Saves what is wanted of an archive: over ranges where the host has them, else by way of a file.
 *
 * @throws {ArchiveError} when the archive as a whole cannot be used
 * @throws {FileSystemError} when the disk refuses
 * @throws {HttpError | NetworkError} when the host does not send it
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
    onRetry: (retry) => tell({ type: 'transfer-retry', source: remote.label, ...retry }),
  });
  for (let changes = 0; ; changes++) {
    try {
      return await saveVersion(archive, remote, run);
    } catch (error) {
      const isChanged = error instanceof ArchiveError && error.reason === 'changed' && changes < MAX_CHANGES;
      if (!isChanged) throw error;
      tell({ type: 'archive-changed', batch: archive.index, jobId });
    }
  }
}

async function saveVersion(archive: ReadyArchive, remote: Remote, run: Run): Promise<ArchiveResult> {
  const { pool, meter, signal, options } = run;
  const ranged = await pool.run(() => openRangedSource(remote, meter.received, signal), signal);
  if (ranged !== undefined && !options.keepArchives) {
    try {
      return await saveEntries(archive, ranged, { run, pool, isRemote: true });
    } catch (error) {
      if (!(error instanceof RangesIgnoredError)) throw error;
    }
  }
  return saveByFile(archive, remote, ranged, run);
}

/** By way of a file: the archive is to be kept, or its host has no ranges. */
async function saveByFile(
  archive: ReadyArchive,
  remote: Remote,
  ranged: ByteSource | undefined,
  run: Run,
): Promise<ArchiveResult> {
  const path = run.temp.newPath();
  try {
    const fetched = await fetchArchive(path, remote, ranged, run);
    const source = await openFileSource(path);
    let result: ArchiveResult;
    try {
      result = await saveEntries(archive, source, { run, pool: run.diskPool, isRemote: false });
    } finally {
      await source.close();
    }
    return run.options.keepArchives ? { ...result, archive: await keepArchive(archive, fetched, run) } : result;
  } finally {
    await rm(path, { force: true });
  }
}

async function fetchArchive(
  path: string,
  remote: Remote,
  ranged: ByteSource | undefined,
  run: Run,
): Promise<FetchedFile> {
  const { pool, meter, files, signal, space } = run;
  if (ranged === undefined) {
    return pool.run(() => fetchWhole(path, { remote, files, onBytes: meter.received, signal }), signal);
  }
  await space.reserve(ranged.size);
  meter.expect(ranged.size);
  try {
    return await fetchInParts(path, ranged, files, pool, signal);
  } catch (error) {
    if (!(error instanceof RangesIgnoredError)) throw error;
    return await pool.run(() => fetchWhole(path, { remote, files, onBytes: meter.received, signal }), signal);
  } finally {
    space.release(ranged.size);
  }
}
