import type { Journal } from '../journal/journal.js';
import type { FileRecord } from '../journal/journal-line.js';
import { pathKey } from '../names/file-names.js';
import type { PlacedFile, Whereabouts } from './placed-file.js';

/** The owner of a path: a file that was placed in this run, or one that so far is known only from the journal. */
export type Owner = FileRecord | PlacedFile;

/**
 * The owners of each path. A path may have several: files of selections that share it, or a file that was lost and the
 * one that was saved in its place. Only a look at the disk shows which of them are there.
 */
export interface OwnedPaths {
  /** The owners of a path, regardless of case and Unicode composition. */
  ownersOf(path: string): readonly Owner[];
  /** Adds an owner whose file is at the path or will be. Replaces the entry of the same file. */
  give(path: string, owner: Owner): void;
  /** Removes an owner whose file is no longer at the path. */
  leave(path: string, owner: Owner): void;
}

const NOBODY: readonly Owner[] = [];

export function createOwnedPaths(journal: Journal): OwnedPaths {
  // Nearly every path has one owner; storing it without an array saves memory.
  const owners = new Map<string, Owner | Owner[]>();
  const ownersBy = (key: string): readonly Owner[] => {
    const found = owners.get(key);
    if (found === undefined) return NOBODY;
    return Array.isArray(found) ? found : [found];
  };
  const othersOf = (key: string, owner: Owner): readonly Owner[] =>
    ownersBy(key).filter((other) => !isSameFile(owner, other));
  const leave = (path: string, owner: Owner) => {
    const key = pathKey(path);
    const others = othersOf(key, owner);
    if (others.length > 0) owners.set(key, [...others]);
    else owners.delete(key);
  };
  const give = (path: string, owner: Owner) => {
    const key = pathKey(path);
    const others = othersOf(key, owner);
    owners.set(key, others.length === 0 ? owner : [...others, owner]);
  };
  for (const { files } of journal.batches.values()) {
    for (const record of files.values()) for (const place of placesOf(record)) give(place, record);
  }
  return { ownersOf: (path) => ownersBy(pathKey(path)), give, leave };
}

/** Where the file of an owner was last saved. */
export function whereaboutsOf(owner: Owner): Whereabouts | undefined {
  return 'path' in owner ? owner : owner.whereabouts;
}

/** The paths where the file of an owner may be. There are two if a move may have been interrupted. */
export function placesOf(owner: Owner): string[] {
  const whereabouts = whereaboutsOf(owner);
  if (whereabouts === undefined) return [];
  const { path, from } = whereabouts;
  return from === undefined ? [path] : [path, from];
}

export function isSameFile(one: Owner, other: Owner): boolean {
  return one.batch === other.batch && one.name === other.name && one.occurrence === other.occurrence;
}

export function hasSameContent(one: Owner, other: Owner): boolean {
  return one.bytes === other.bytes && one.crc32 === other.crc32;
}
