import { toError } from '../errors.js';
import { withinReservation } from './disk/free-space.js';
import type { OutputFiles } from './disk/output-files.js';
import type { ByteSource } from './byte-source.js';
import { reportError, type FailedFile } from './report/report.js';
import type { Run } from './run.js';
import { createLargeFiles } from './save-large-files.js';
import type { Archive, ArchiveResult } from './save-archive.js';
import type { PlacedFile } from './placing/placed-file.js';
import type { ConnectionPool } from './transfer/connection-pool.js';
import type { RangedSource } from './transfer/ranged-source.js';
import type { ArchiveEntry } from './zip/entry.js';
import { readDirectory } from './zip/read-directory.js';
import { unpackArchive } from './zip/unpack-archive.js';

export interface SaveEntriesOptions {
  run: Run;
  pool: ConnectionPool;
  /** The archive at its host; undefined if it is read from disk, which needs no transfer. */
  ranged?: Pick<RangedSource, 'version' | 'transfer'> | undefined;
}

/** Reads the central directory of an archive, places its files, and unpacks those that are wanted and missing. */
export async function saveEntries(
  archive: Archive,
  source: ByteSource,
  how: SaveEntriesOptions,
): Promise<ArchiveResult> {
  const { run, pool, ranged } = how;
  const { options, journal, saved, space, signal, tell } = run;
  const { key, index, job, jobStatus } = archive;
  const entries = await readDirectory(source, options.limits, signal);
  const bytes = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  tell({
    type: 'archive-opened',
    batch: index,
    jobId: job.jobId,
    files: entries.length,
    bytes,
    ranges: ranged !== undefined,
  });

  const listing = entries.map((entry) => ({
    name: entry.name,
    occurrence: entry.occurrence,
    bytes: entry.uncompressedSize,
    crc32: entry.crc32,
  }));
  await journal.append({
    type: 'archive',
    batch: key,
    jobId: job.jobId,
    jobStatus,
    entries: listing.map((file) => [file.name, file.bytes, file.crc32]),
  });
  if (!options.extract) {
    const result = await verifyOnly(entries, source, how);
    if (result.failed.length > 0) await journal.append({ type: 'damaged', batch: key });
    tell({ type: 'archive-done', batch: index, jobId: job.jobId, files: entries.length, failed: result.failed.length });
    return result;
  }

  const placed = await saved.place({ batch: key, rank: [index, ...archive.part], isWanted: options.isWanted }, listing);
  const place = (entry: ArchiveEntry): PlacedFile => {
    const file = placed[entry.index];
    if (file === undefined) throw new Error('Every entry has a place.');
    return file;
  };
  const todo = entries.filter((entry) => place(entry).presence === 'missing' && place(entry).isWanted);
  for (const file of placed) {
    // A wanted file that is there but not `found` was saved by this run before the archive changed.
    if ((file.isWanted && file.presence !== 'found') || archive.skipped?.has(file)) continue;
    archive.skipped?.add(file);
    tell({ type: 'file-skipped', path: saved.pathOf(file), reason: file.isWanted ? 'present' : 'excluded' });
  }
  const failed: FailedFile[] = [];
  const fail = (entry: ArchiveEntry, error: unknown) => {
    failed.push({ entry: entry.name, error: reportError(error) });
    tell({ type: 'file-failed', entry: entry.name, error: toError(error) });
  };
  for (const entry of todo) if (entry.problem) fail(entry, entry.problem);

  const wanted = todo.filter(({ problem }) => problem === undefined);
  const large = ranged && createLargeFiles(archive, { size: source.size, ranged, run });
  const unpackedBytes = wanted.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  const room = await space.reserve(unpackedBytes - ((await large?.roomOf(wanted)) ?? 0));
  ranged?.transfer.expect(wanted.reduce((sum, entry) => sum + entry.compressedSize, 0));
  try {
    const failures = await unpackArchive(
      wanted,
      {
        source,
        pool,
        files: withinReservation(run.files, room),
        scratch: run.scratch,
        window: run.window,
        newTempPath: run.temp.newPath,
        isFatal: run.isFatal,
        assemble: large && ((entry) => large.assemble(entry, room)),
        signal,
        save: async (entry, written) => {
          await saved.save(place(entry), written);
          tell({ type: 'file-saved', path: saved.pathOf(place(entry)), bytes: written.bytes });
        },
      },
      (entry, error) => tell({ type: 'file-again', entry: entry.name, error }),
    );
    for (const [entry, error] of failures) fail(entry, error);
    // A later run with `extract: false` must not take the kept archive for intact.
    if (options.keepArchives && failed.some(({ error }) => error.code === 'ARCHIVE_ERROR'))
      await journal.append({ type: 'damaged', batch: key });
  } finally {
    room.end();
  }
  tell({ type: 'archive-done', batch: index, jobId: job.jobId, files: placed.length, failed: failed.length });
  return { assets: entries.length, files: placed, failed };
}

/** Checks all files of an archive without saving them. */
async function verifyOnly(
  entries: readonly ArchiveEntry[],
  source: ByteSource,
  { run, pool }: SaveEntriesOptions,
): Promise<ArchiveResult> {
  const { scratch, window, signal, tell } = run;
  const failures = await unpackArchive(
    entries.filter(({ problem }) => problem === undefined),
    {
      source,
      pool,
      files: nowhere,
      scratch,
      window,
      newTempPath: run.temp.newPath,
      isFatal: run.isFatal,
      signal,
      save: () => Promise.resolve(),
    },
    (entry, error) => tell({ type: 'file-again', entry: entry.name, error }),
  );
  for (const entry of entries) if (entry.problem) failures.set(entry, entry.problem);
  const failed = [...failures].map(([{ name }, error]) => {
    tell({ type: 'file-failed', entry: name, error: toError(error) });
    return { entry: name, error: reportError(error) };
  });
  return { assets: entries.length, files: [], failed };
}

const openNowhere: OutputFiles['create'] = (path) =>
  Promise.resolve({
    path,
    write: () => Promise.resolve(),
    truncate: () => Promise.resolve(),
    close: () => Promise.resolve({ mtimeMs: 0 }),
  });

/** Accepts files and discards their content. */
const nowhere: OutputFiles = {
  create: openNowhere,
  reopen: openNowhere,
  write: () => ({ mtimeMs: 0 }),
  rename: () => Promise.resolve(),
};
