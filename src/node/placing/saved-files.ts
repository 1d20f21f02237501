import { join } from 'node:path';
import { copyFile } from '../disk/copy-file.js';
import type { Folders } from '../disk/folders.js';
import type { OutputFiles } from '../disk/output-files.js';
import type { Journal } from '../journal/journal.js';
import { matchListing, type PlacedBatch } from './match-listing.js';
import { hashOf, suffixPath, type RenameReason } from '../names/file-names.js';
import type { Move } from '../names/name-claims.js';
import { createOccupancy, isAnythingAt } from './occupancy.js';
import { createOwnedPaths, hasSameContent, placesOf, type Owner } from './owned-paths.js';
import { createPathChoice } from './path-choice.js';
import type { ListedFile, PlacedFile, Whereabouts } from './placed-file.js';
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
}

export function openSavedFiles(options: SavedFilesOptions): SavedFiles {
  const { directory, folders, output, newTempPath, journal, planned, force } = options;
  const isPlanned = (batch: string) => planned.has(wholeOf(batch));
  const owned = createOwnedPaths(journal);
  const saving = new Map<PlacedFile, Promise<void>>();
  const filesOf = new Map<string, PlacedFile[]>();
  const onDiskPath = (path: string) => join(directory, ...path.split('/'));
  const occupancy = createOccupancy({ folders, owned, onDiskPath, isPlanned, force });
  const choice = createPathChoice(occupancy);

  const forget = (owner: Owner) => {
    for (const place of placesOf(owner)) owned.leave(place, owner);
  };

  const note = async (file: PlacedFile, whereabouts: Whereabouts): Promise<void> => {
    const { batch, name, occurrence, bytes, crc32 } = file;
    forget(file);
    file.whereabouts = whereabouts;
    for (const place of placesOf(file)) owned.give(place, file);
    await journal.append({ type: 'file', batch, name, occurrence, bytes, crc32, ...whereabouts });
  };

  /** Puts a saved file where it now belongs. True when it is there and intact. */
  const settle = async (file: PlacedFile): Promise<boolean> => {
    if (file.whereabouts === undefined && !saving.has(file)) return false;
    await saving.get(file);
    const path = choice.pathOf(file);
    const found = await occupancy.locate(file);
    if (found === undefined) return false;
    const { mtimeMs } = found;
    if (found.path === path) {
      const { whereabouts } = file;
      if (mtimeMs !== whereabouts?.mtimeMs || whereabouts.path !== path)
        await note(file, { path, mtimeMs, isAdopted: whereabouts?.isAdopted });
      owned.give(path, file);
      return true;
    }
    await folders.makeFor(path);
    if (found.isShared) {
      const copy = newTempPath();
      const { mtimeMs } = await copyFile(onDiskPath(found.path), copy);
      await note(file, { path, mtimeMs });
      await output.rename(copy, onDiskPath(path));
      return true;
    }
    // Noted first: if the process ends in between, the next one looks in both places.
    await note(file, { path, mtimeMs, from: found.path });
    await output.rename(onDiskPath(found.path), onDiskPath(path));
    // And once more: another file may be put there later.
    await note(file, { path, mtimeMs });
    return true;
  };

  /** Moves files aside that earlier runs have saved where another one belongs now, before their batches are looked at. */
  const makeRoom = async (path: string, file: PlacedFile): Promise<void> => {
    if (occupancy.isFree(path)) return;
    for (const owner of await occupancy.othersAt(path, file)) {
      const isLater = 'path' in owner && isPlanned(owner.batch) && !filesOf.has(owner.batch);
      // What need not be fetched is in nobody's way.
      if (!isLater || (hasSameContent(owner, file) && !force)) continue;
      const found = await occupancy.locate(owner);
      if (found?.path !== path || found.isShared) continue;
      const aside = suffixPath(path, hashOf(owner.batch, owner.name, owner.occurrence));
      forget(owner);
      Object.assign(owner, { path: aside, from: path });
      for (const place of placesOf(owner)) owned.give(place, owner);
      await journal.append({ type: 'file', ...owner });
      await output.rename(onDiskPath(path), onDiskPath(aside));
      owned.leave(path, owner);
    }
  };

  /** A file that somebody else has put there, or another selection, which happens to be the one that is wanted. */
  const adopt = async (file: PlacedFile, path: string): Promise<boolean> => {
    const twin = occupancy.isFree(path) ? undefined : await occupancy.findTwin(file, path);
    if (twin !== undefined) await note(file, twin);
    return twin !== undefined;
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
      forget(file);
    }
    filesOf.set(batch, placed);
    for (const file of added) {
      affect(await choice.claim(file));
      // Before another one that is the same moves away from there, and takes what is there with it.
      if (choice.isAtHome(file) && file.whereabouts === undefined) await adopt(file, file.plainPath);
    }
    for (const file of gone) affected.delete(file);
    for (const file of affected) await makeRoom(choice.pathOf(file), file);
    // Those that make room go first.
    const isSuffixed = (file: PlacedFile) => Number(choice.isSuffixed(file));
    for (const file of [...affected].sort((one, other) => isSuffixed(other) - isSuffixed(one))) {
      const wasSettled = await settle(file);
      if (file.batch !== batch) continue;
      const isThere = wasSettled || (await adopt(file, choice.pathOf(file)));
      // The archive may have changed in the middle: what this run has fetched is not fetched again.
      const isFetched = file.isPresent && !file.wasPresent;
      file.isPresent = isThere && (isFetched || !force || !file.isWanted);
      file.wasPresent = file.isPresent && !isFetched;
      const isReplaced = !isThere && (force || file.whereabouts?.path === choice.pathOf(file));
      file.wasChanged ||= isReplaced && (await isAnythingAt(onDiskPath(choice.pathOf(file))));
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
    async save(file, written) {
      const path = choice.pathOf(file);
      // Whoever waits for it only wants to know that it is over.
      let end = () => {};
      saving.set(file, new Promise((resolve) => (end = resolve)));
      try {
        await folders.makeFor(path);
        await note(file, { path, mtimeMs: written.mtimeMs });
        await output.rename(written.path, onDiskPath(path));
      } finally {
        saving.delete(file);
        end();
      }
      file.isPresent = true;
    },
    filesOf: (batch) => filesOf.get(batch) ?? [],
    pathOf: (file) => choice.pathOf(file),
    reasonsOf: (file) => choice.reasonsOf(file),
  };
}
