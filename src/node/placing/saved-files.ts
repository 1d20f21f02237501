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
 * The files that this package manages in the directory: their owners and their paths. A file gets its path as follows:
 * 1. Its name is mapped to a path that is safe on every system (`mapEntryName`), the plain path.
 * 2. Of the files of a run that claim the same path, the first in the plan gets it (`name-claims.ts`). If something is
 *    there that has to stay (`isTaken`), only the file that is identical to it gets the path. Each other file gets the
 *    path with a suffix that is unique to the file and always the same (`path-choice.ts`).
 * 3. Another file of this run that an earlier run has saved there is moved aside (`makeRoom`). If the file itself was
 *    saved at another path, it is moved (`settle`). If a file with its content is already there, that one is taken over
 *    (`adopt`).
 */
export interface SavedFiles {
  /**
   * Assigns a path to each file of a batch, and checks which files are already there. Files that were saved before may
   * be moved.
   *
   * @throws any error that `isWanted` throws
   */
  place(batch: PlacedBatch, listing: readonly ListedFile[]): Promise<PlacedFile[]>;
  /** Moves a newly written file from its temporary path to its final one. */
  save(file: PlacedFile, written: { path: string; mtimeMs: number }): Promise<void>;
  /** The files of a batch as they were last placed. */
  filesOf(batch: string): PlacedFile[];
  pathOf(file: PlacedFile): string;
  /** Why the path of the file differs from its name in the archive. */
  reasonsOf(file: PlacedFile): RenameReason[];
}

export interface SavedFilesOptions {
  directory: string;
  folders: Folders;
  output: OutputFiles;
  /** Returns an unused path for a file that is not finished. */
  newTempPath: () => string;
  journal: Journal;
  /** The keys of the batches of this run. Files of other batches keep their paths. */
  planned: ReadonlySet<string>;
  /** Whether files that this package did not save may be replaced. */
  force: boolean;
  /** Aborts placing, which can take long because files on disk may have to be read. */
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
    // If the archive changes during the run, files that this run has saved are not fetched again, even with `force`.
    if (presence === 'saved') return 'saved';
    return force && isWanted ? 'missing' : 'found';
  };

  const placeAll = async (common: PlacedBatch, listing: readonly ListedFile[]): Promise<PlacedFile[]> => {
    const { batch } = common;
    const before = { files: filesOf.get(batch) ?? [], records: journal.takeFiles(batch) };
    const { placed, added, gone } = matchListing(common, listing, before);
    const affected = new Set(placed);
    const affect = (moves: readonly Move<PlacedFile>[]) => moves.forEach(({ file }) => affected.add(file));
    // These files are no longer listed: the archive has changed, or the batch was split.
    for (const file of gone) {
      affect(choice.release(file));
      mover.forget(file);
    }
    filesOf.set(batch, placed);
    for (const file of added) {
      signal.throwIfAborted();
      affect(await choice.claim(file));
      // Adopted at once, before another file with the same content moves away and takes what is there with it.
      if (choice.isAtHome(file) && file.whereabouts === undefined) await mover.adopt(file, file.plainPath);
    }
    for (const file of gone) affected.delete(file);
    for (const file of affected) await mover.makeRoom(choice.pathOf(file), file);
    // Suffixed files are moved first, because they make room for the others.
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
      // One batch at a time: a file must not be moved while another batch is deciding about its path.
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
