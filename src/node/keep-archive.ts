import { fileKey } from './journal/journal.js';
import type { Run } from './run.js';
import type { ReadyArchive } from './save-archive.js';
import type { ListedFile, PlacedFile } from './placing/placed-file.js';
import type { WrittenFile } from './disk/written-file.js';

/** The journal key under which the archive of a batch is recorded as a file. */
export function archiveKey(batch: string): string {
  return `${batch}/archive`;
}

/** Saves a fetched archive under its final name, which is made from the id of its job. */
export async function keepArchive(archive: ReadyArchive, fetched: WrittenFile, run: Run): Promise<PlacedFile> {
  const { bytes, crc32 } = fetched;
  const file = await placeArchive(archive, { name: nameOf(archive.job.jobId), occurrence: 0, bytes, crc32 }, run);
  if (file.presence !== 'missing') return file;
  await run.saved.save(file, fetched);
  const { index, job } = archive;
  run.tell({ type: 'archive-kept', batch: index, jobId: job.jobId, path: run.saved.pathOf(file), bytes });
  return file;
}

/** Finds the archive that an earlier run kept. Resolves to undefined if it is not there or not intact. */
export async function findKeptArchive(
  batch: { key: string; index: number; part: number[] },
  jobId: string,
  run: Run,
): Promise<PlacedFile | undefined> {
  // There may also be archives of earlier jobs of the batch.
  const record = run.journal.batches.get(archiveKey(batch.key))?.files.get(fileKey(nameOf(jobId), 0));
  if (record === undefined) return undefined;
  const file = await placeArchive(batch, record, run);
  return file.presence === 'missing' ? undefined : file;
}

async function placeArchive(
  { key, index, part }: { key: string; index: number; part: number[] },
  listed: ListedFile,
  run: Run,
): Promise<PlacedFile> {
  const [file] = await run.saved.place({ batch: archiveKey(key), rank: [index, ...part], isWanted: () => true }, [
    listed,
  ]);
  if (file === undefined) throw new Error('A listing of one file has one place.');
  return file;
}

function nameOf(jobId: string): string {
  return `${jobId}.zip`;
}
