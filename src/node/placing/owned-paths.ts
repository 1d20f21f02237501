import type { Journal } from '../journal/journal.js';
import type { FileRecord } from '../journal/journal-line.js';
import { pathKey } from '../names/file-names.js';
import type { PlacedFile } from './placed-file.js';

/** Whose a path is: a file that has its place in this run, or one that only the journal knows so far. */
export type Owner = FileRecord | PlacedFile;

/** The paths that are this package's: what is found there is not somebody else's. */
export interface OwnedPaths {
  has(path: string): boolean;
  /** Whose it is; undefined when it is nobody's any more, but still this package's. */
  ownerOf(path: string): Owner | undefined;
  give(path: string, owner: Owner): void;
  /** What was there has another path now. */
  leave(path: string): void;
}

/** @param isPlanned whether a batch is one of this run: of two that say that a path is theirs, it is right */
export function createOwnedPaths(journal: Journal, isPlanned: (batch: string) => boolean): OwnedPaths {
  const owners = new Map<string, Owner | undefined>();
  for (const { files } of journal.batches.values()) {
    for (const record of files.values()) {
      const key = pathKey(record.path);
      const other = owners.get(key);
      if (other === undefined || isPlanned(record.batch) || !isPlanned(other.batch)) owners.set(key, record);
      // A move may have been cut short.
      if (record.from !== undefined && !owners.has(pathKey(record.from))) owners.set(pathKey(record.from), undefined);
    }
  }
  return {
    has: (path) => owners.has(pathKey(path)),
    ownerOf: (path) => owners.get(pathKey(path)),
    give: (path, owner) => void owners.set(pathKey(path), owner),
    leave: (path) => void owners.set(pathKey(path), undefined),
  };
}

export function isSameFile(one: Owner, other: Owner): boolean {
  return one.batch === other.batch && one.name === other.name && one.occurrence === other.occurrence;
}

export function hasSameContent(one: Owner, other: Owner): boolean {
  return one.bytes === other.bytes && one.crc32 === other.crc32;
}
