import { join } from 'node:path';
import { ArchiveError } from '../errors.js';
import { openFileSource } from './disk/file-source.js';
import type { BatchRecord } from './journal/journal.js';
import { findKeptArchive } from './keep-archive.js';
import type { ListedFile, PlacedFile } from './placing/placed-file.js';
import type { PlannedBatch } from './planned-batches.js';
import type { SettledBatch } from './report/report-builder.js';
import type { Run } from './run.js';
import { saveEntries } from './save-entries.js';

/**
 * Settles a batch without a request, if all of its wanted files are there and intact or can be unpacked from its kept
 * archive. Resolves to undefined if the batch has to be requested.
 */
export async function findSaved(planned: PlannedBatch, run: Run): Promise<SettledBatch | undefined> {
  const { journal, saved, options, tell } = run;
  const { key, index, part } = planned;
  const archive = journal.batches.get(key)?.archive;
  if (archive === undefined || archive.isDamaged) return undefined;
  const kept = options.keepArchives ? await findKeptArchive(planned, archive.jobId, run) : undefined;
  if (options.keepArchives && kept === undefined) return undefined;

  const listing = listFiles(journal.takeEntries(key));
  const files = options.extract
    ? await saved.place({ batch: key, rank: [index, ...part], isWanted: options.isWanted }, listing)
    : [];
  if (files.some(({ presence, isWanted }) => isWanted && presence === 'missing')) {
    return kept && unpackKept(planned, archive, kept, run);
  }
  for (const file of files) {
    const reason = file.isWanted ? 'present' : 'excluded';
    tell({ type: 'file-skipped', path: saved.pathOf(file), reason });
  }
  const { jobId } = archive;
  tell({ type: 'archive-done', batch: index, jobId, files: archive.files, failed: 0 });
  return { jobId, assets: archive.files, files, failed: [], archive: kept };
}

/** Unpacks the missing files from a kept archive. Resolves to undefined if the archive cannot be read. */
async function unpackKept(
  planned: PlannedBatch,
  { jobId, jobStatus }: NonNullable<BatchRecord['archive']>,
  kept: PlacedFile,
  run: Run,
): Promise<SettledBatch | undefined> {
  const source = await openFileSource(join(run.options.directory, ...run.saved.pathOf(kept).split('/')));
  const job = run.journal.batches.get(planned.key)?.job ?? { jobId, requestedAt: 0 };
  try {
    const result = await saveEntries({ ...planned, job, jobStatus }, source, { run, pool: run.diskPool });
    return { jobId, ...result, archive: kept };
  } catch (error) {
    if (error instanceof ArchiveError) return undefined;
    throw error;
  } finally {
    await source.close();
  }
}

function listFiles(entries: readonly [string, number, number][]): ListedFile[] {
  const occurrences = new Map<string, number>();
  return entries.map(([name, bytes, crc32]) => {
    const occurrence = occurrences.get(name) ?? 0;
    occurrences.set(name, occurrence + 1);
    return { name, occurrence, bytes, crc32 };
  });
}
