import type { Journal } from '../journal/journal.js';
import type { FileRecord } from '../journal/journal-line.js';
import { pathKey } from '../names/file-names.js';
import type { PlacedFile, Whereabouts } from './placed-file.js';

/** Who says that a file is theirs: one that has its place in this run, or one that only the journal knows so far. */
export type Owner = FileRecord | PlacedFile;

/**
 * Who says what of which path. A path may have several owners: selections that share a file, or of which one has taken
 * what another one had lost. Which of them are right, only the disk knows.
 */
export interface OwnedPaths {
  /** Those of a path, in any case and composition of its letters. */
  ownersOf(path: string): readonly Owner[];
  /** The file is there, or will be. It takes the place of what was known of the same file. */
  give(path: string, owner: Owner): void;
  /** The file is not there any more. */
  leave(path: string, owner: Owner): void;
}

const NOBODY: readonly Owner[] = [];

export function createOwnedPaths(journal: Journal): OwnedPaths {
  // Nearly every path has one owner: that takes no more memory than it has to.
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

/** Where the file of an owner was saved last. */
export function whereaboutsOf(owner: Owner): Whereabouts | undefined {
  return 'path' in owner ? owner : owner.whereabouts;
}

/** Where the file of an owner may be: a move may have been cut short. */
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
