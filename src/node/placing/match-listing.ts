import { fileKey } from '../journal/journal.js';
import type { FileRecord } from '../journal/journal-line.js';
import { mapEntryName } from '../names/file-names.js';
import type { ListedFile, PlacedFile, Whereabouts } from './placed-file.js';

/** The properties that all files of a batch share. */
export interface PlacedBatch extends Pick<PlacedFile, 'batch' | 'rank'> {
  isWanted: (plainPath: string) => boolean;
}

/** The files of a batch that are known before its listing is matched. */
export interface KnownFiles {
  /** The files that were placed earlier in this run. */
  files: readonly PlacedFile[];
  /** The files that earlier runs have saved, by `fileKey`. */
  records: ReadonlyMap<string, FileRecord>;
}

/** The files of a listing, and how they differ from those that were placed earlier in this run. */
export interface MatchedListing {
  /** All files of the listing, in order. */
  placed: PlacedFile[];
  added: PlacedFile[];
  gone: PlacedFile[];
}

/** Matches a listing with the known files. The same name, occurrence, length and CRC-32 mean the same file. */
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
      // Sharing the string of the name saves memory: there may be a million files.
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
