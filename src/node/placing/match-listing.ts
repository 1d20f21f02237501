import { fileKey } from '../journal/journal.js';
import type { FileRecord } from '../journal/journal-line.js';
import { mapEntryName } from '../names/file-names.js';
import type { ListedFile, PlacedFile, Whereabouts } from './placed-file.js';

/** What the files of a batch have in common. */
export interface PlacedBatch extends Pick<PlacedFile, 'batch' | 'rank'> {
  isWanted: (plainPath: string) => boolean;
}

/** What is known of the files of a batch. */
export interface KnownFiles {
  /** As they were placed in this run. */
  files: readonly PlacedFile[];
  /** What earlier runs have saved, by `fileKey`. */
  records: ReadonlyMap<string, FileRecord>;
}

/** The files of a listing, and how they differ from those that the batch had. */
export interface MatchedListing {
  /** All of them, in order. */
  placed: PlacedFile[];
  added: PlacedFile[];
  gone: PlacedFile[];
}

/** Finds the files of a listing among those that are known: the same name, length and CRC-32 are the same file. */
export function matchListing(
  { batch, rank, isWanted }: PlacedBatch,
  listing: readonly ListedFile[],
  { files, records }: KnownFiles,
): MatchedListing {
  const gone = new Map(files.map((file) => [fileKey(file.name, file.occurrence), file]));
  const added: PlacedFile[] = [];
  const placed = listing.map(({ name, occurrence, bytes, crc32 }, index): PlacedFile => {
    const key = fileKey(name, occurrence);
    const known = gone.get(key);
    if (known?.bytes === bytes && known.crc32 === crc32) {
      gone.delete(key);
      return Object.assign(known, { index });
    }
    const { path } = mapEntryName(name);
    const record = records.get(key);
    const isSame = record?.bytes === bytes && record.crc32 === crc32;
    const file: PlacedFile = {
      name,
      occurrence,
      bytes,
      crc32,
      batch,
      rank,
      index,
      // The same string where it can be: there may be a million of them.
      plainPath: path === name ? name : path,
      isWanted: isWanted(path),
      presence: 'missing',
      replaces: undefined,
      whereabouts: isSame ? whereaboutsIn(record) : undefined,
    };
    added.push(file);
    return file;
  });
  return { placed, added, gone: [...gone.values()] };
}

function whereaboutsIn({ path, mtimeMs, from, isAdopted }: FileRecord): Whereabouts {
  return { path, mtimeMs, from, isAdopted };
}
