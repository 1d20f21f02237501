import { join } from 'node:path';
import type { Folders } from '../disk/folders.js';
import type { OutputFiles } from '../disk/output-files.js';
import type { Journal } from '../journal/journal.js';
import { createFileMover } from './file-mover.js';
import { matchListing, type PlacedBatch } from './match-listing.js';
import type { RenameReason } from '../names/file-names.js';
import type { Move } from '../names/name-claims.js';
import { createOccupancy, isAnythingAt } from './occupancy.js';
import { createOwnedPaths } from './owned-paths.js';
import { createPathChoice } from './path-choice.js';
import type { ListedFile, PlacedFile, Presence } from './placed-file.js';
import { wholeOf } from '../planned-batches.js';

/**
 * The files in the directory that are this package's: who they belong to, and where they are.
 * Where a file goes:
 * 1. Its name becomes a path that is safe everywhere (`mapEntryName`): the plain one.
 * 2. Of those of a run that want one path, the first in the plan gets it (`name-claims.ts`), unless something is there that
 *    has to stay (`isTaken`): then it goes to the one that is just that. All others get it with a suffix that tells the
 *    file from any other, and is always the same (`path-choice.ts`).
 * 3. What an earlier run has saved there for another file of this one makes room (`makeRoom`). A file that was saved
 *    somewhere else is moved there (`settle`), and one with the right content is taken as it is (`adopt`).
 */
export interface SavedFiles {
  /**
   * Gives the files of a batch their places, which may move files that were saved before, and finds out which are
   * there already.
   *
   * @throws whatever `isWanted` throws
   */
  place(batch: PlacedBatch, listing: readonly ListedFile[]): Promise<PlacedFile[]>;
  /** Gives a file that is on disk under a temporary name its final one. */
  save(file: PlacedFile, written: { path: string; mtimeMs: number }): Promise<void>;
  /** The files of a batch, as they were placed last. */
  filesOf(batch: string): PlacedFile[];
  pathOf(file: PlacedFile): string;
  /** Why the file is not called what the archive calls it. */
  reasonsOf(file: PlacedFile): RenameReason[];
}

export interface SavedFilesOptions {
  directory: string;
  folders: Folders;
  output: OutputFiles;
  /** Names for files that are not finished. */
  newTempPath: () => string;
  journal: Journal;
  /** The batches of this run. What belongs to others keeps its place. */
  planned: ReadonlySet<string>;
  /** Whether files that are not this package's may be replaced. */
  force: boolean;
  /** Ends the looking at files, which may have to be read. */
  signal: AbortSignal;
}

export function openSavedFiles(options: SavedFilesOptions): SavedFiles {
  const { directory, folders, journal, planned, force, signal } = options;
  const isPlanned = (batch: string) => planned.has(wholeOf(batch));
  const owned = createOwnedPaths(journal);
  const filesOf = new Map<string, PlacedFile[]>();
  const onDiskPath = (path: string) => join(directory, ...path.split('/'));
  const occupancy = createOccupancy({ folders, owned, onDiskPath, isPlanned, force });
  const choice = createPathChoice(occupancy);
  const isToCome = (batch: string) => isPlanned(batch) && !filesOf.has(batch);
  const mover = createFileMover({ ...options, owned, occupancy, choice, onDiskPath, isToCome });

  const presenceOf = ({ presence, isWanted }: PlacedFile, isThere: boolean): Presence => {
    if (!isThere) return 'missing';
    // The archive may have changed in the middle: what this run has saved is not fetched again.
    if (presence === 'saved') return 'saved';
    return force && isWanted ? 'missing' : 'found';
  };

  const placeAll = async (common: PlacedBatch, listing: readonly ListedFile[]): Promise<PlacedFile[]> => {
    const { batch } = common;
    const before = { files: filesOf.get(batch) ?? [], records: journal.takeFiles(batch) };
    const { placed, added, gone } = matchListing(common, listing, before);
    const affected = new Set(placed);
    const affect = (moves: readonly Move<PlacedFile>[]) => moves.forEach(({ file }) => affected.add(file));
    // The archive was made anew, and no longer has them.
    for (const file of gone) {
      affect(choice.release(file));
      mover.forget(file);
    }
    filesOf.set(batch, placed);
    for (const file of added) {
      signal.throwIfAborted();
      affect(await choice.claim(file));
      // Before another one that is the same moves away from there, and takes what is there with it.
      if (choice.isAtHome(file) && file.whereabouts === undefined) await mover.adopt(file, file.plainPath);
    }
    for (const file of gone) affected.delete(file);
    for (const file of affected) await mover.makeRoom(choice.pathOf(file), file);
    // Those that make room go first.
    const isSuffixed = (file: PlacedFile) => Number(choice.isSuffixed(file));
    for (const file of [...affected].sort((one, other) => isSuffixed(other) - isSuffixed(one))) {
      signal.throwIfAborted();
      const wasSettled = await mover.settle(file);
      const path = choice.pathOf(file);
      if (file.presence === 'missing' && file.replaces !== path) file.replaces = undefined;
      if (file.batch !== batch) continue;
      const isThere = wasSettled || (await mover.adopt(file, path));
      file.presence = presenceOf(file, isThere);
      const mayReplace = !isThere && (force || file.whereabouts?.path === path);
      if (mayReplace && (await isAnythingAt(onDiskPath(path)))) file.replaces ??= path;
    }
    return placed;
  };

  let placing: Promise<unknown> = Promise.resolve();

  return {
    place(batch, listing) {
      // One after the other: a file must not be moved while somebody else decides where it belongs.
      const result = placing.then(() => placeAll(batch, listing));
      placing = result.catch(() => undefined);
      return result;
    },
    save: (file, written) => mover.save(file, written),
    filesOf: (batch) => filesOf.get(batch) ?? [],
    pathOf: (file) => choice.pathOf(file),
    reasonsOf: (file) => choice.reasonsOf(file),
  };
}
