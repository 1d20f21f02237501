import { join } from 'node:path';
import { checkFile } from '../disk/check-file.js';
import type { Folders } from '../disk/folders.js';
import type { OutputFiles } from '../disk/output-files.js';
import type { Journal } from '../journal/journal.js';
import { matchListing, type PlacedBatch } from './match-listing.js';
import { hashOf, mapEntryName, pathKey, type RenameReason } from '../names/file-names.js';
import { createNameClaims, type Move } from '../names/name-claims.js';
import type { ListedFile, PlacedFile, Whereabouts } from './placed-file.js';
import { wholeOf } from '../planned-batches.js';

/** The files in the directory that are this package's: who they belong to, and where they are. */
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
  journal: Journal;
  /** The batches of this run. What belongs to others keeps its place. */
  planned: ReadonlySet<string>;
  /** Whether files that are not this package's may be replaced. */
  force: boolean;
}

export async function openSavedFiles(options: SavedFilesOptions): Promise<SavedFiles> {
  const { directory, folders, output, journal, planned, force } = options;
  const claims = createNameClaims<PlacedFile>(({ batch, name, occurrence }) => hashOf(batch, name, occurrence));
  const saving = new Map<PlacedFile, Promise<void>>();
  const filesOf = new Map<string, PlacedFile[]>();
  /** The paths that are this package's of old: what is found there is not somebody else's. */
  const own = new Set<string>();
  const occupied = new Set<string>();
  const onDiskPath = (path: string) => join(directory, ...path.split('/'));

  const note = async (file: PlacedFile, whereabouts: Whereabouts): Promise<void> => {
    const { batch, name, occurrence, bytes, crc32 } = file;
    file.whereabouts = whereabouts;
    await journal.append({ type: 'file', batch, name, occurrence, bytes, crc32, ...whereabouts });
  };

  /** Where a file is that was saved, if it is there: a move may have been cut short. */
  const locate = async (file: PlacedFile): Promise<{ path: string; mtimeMs: number } | undefined> => {
    const { bytes, crc32, whereabouts } = file;
    for (const path of [whereabouts?.path, whereabouts?.from]) {
      if (path === undefined) continue;
      const mtimeMs = await checkFile(onDiskPath(path), { bytes, crc32, mtimeMs: whereabouts?.mtimeMs });
      if (mtimeMs !== undefined) return { path, mtimeMs };
    }
    return undefined;
  };

  /** Puts a saved file where it now belongs. True when it is there and intact. */
  const settle = async (file: PlacedFile): Promise<boolean> => {
    await saving.get(file);
    const found = await locate(file);
    if (found === undefined) return false;
    const path = claims.pathOf(file);
    const { mtimeMs } = found;
    if (found.path === path) {
      if (mtimeMs !== file.whereabouts?.mtimeMs || file.whereabouts.path !== path) await note(file, { path, mtimeMs });
      return true;
    }
    await folders.makeFor(path);
    // Noted first: if the process ends in between, the next one looks in both places.
    await note(file, { path, mtimeMs, from: found.path });
    await output.rename(onDiskPath(found.path), onDiskPath(path));
    return true;
  };

  const isForeign = async (path: string): Promise<'file' | 'other' | undefined> =>
    own.has(pathKey(path)) ? undefined : folders.find(path);

  /** A file that somebody else has put there, which happens to be the one that is wanted. */
  const adopt = async (file: PlacedFile, path: string): Promise<boolean> => {
    if (force || (await isForeign(path)) !== 'file') return false;
    const mtimeMs = await checkFile(onDiskPath(path), file);
    if (mtimeMs === undefined) return false;
    own.add(pathKey(path));
    await note(file, { path, mtimeMs });
    return true;
  };

  const claim = async (file: PlacedFile): Promise<Move<PlacedFile>[]> => {
    const { plainPath } = file;
    const foreign = await isForeign(plainPath);
    const isReplaced = foreign === 'file' && (force || (await checkFile(onDiskPath(plainPath), file)) !== undefined);
    const moves = foreign === undefined || isReplaced ? [] : claims.occupy(plainPath);
    if (foreign !== undefined && !isReplaced) occupied.add(pathKey(plainPath));
    return [...moves, ...claims.claim(file)];
  };

  const placeAll = async (common: PlacedBatch, listing: readonly ListedFile[]): Promise<PlacedFile[]> => {
    const { batch } = common;
    const before = { files: filesOf.get(batch) ?? [], records: journal.takeFiles(batch) };
    const { placed, added, gone } = matchListing(common, listing, before);
    const affected = new Set(placed);
    const note = (moves: readonly Move<PlacedFile>[]) => moves.forEach(({ file }) => affected.add(file));
    // The archive was made anew, and no longer has them.
    for (const file of gone) note(claims.release(file));
    filesOf.set(batch, placed);
    for (const file of added) note(await claim(file));
    for (const file of gone) affected.delete(file);
    // Those that make room go first.
    const isSuffixed = (file: PlacedFile) => Number(claims.isSuffixed(file));
    for (const file of [...affected].sort((one, other) => isSuffixed(other) - isSuffixed(one))) {
      const isThere = await settle(file);
      if (file.batch !== batch) continue;
      file.isPresent = isThere || (await adopt(file, claims.pathOf(file)));
      file.wasPresent = file.isPresent;
    }
    return placed;
  };

  let placing: Promise<unknown> = Promise.resolve();
  await occupyForeignBatches();

  async function occupyForeignBatches(): Promise<void> {
    for (const [batch, { files: records }] of journal.batches) {
      for (const record of records.values()) {
        own.add(pathKey(record.path));
        if (record.from !== undefined) own.add(pathKey(record.from));
        if (planned.has(wholeOf(batch)) || (await folders.find(record.path)) === undefined) continue;
        claims.occupy(record.path);
      }
    }
  }

  return {
    place(batch, listing) {
      // One after the other: a file must not be moved while somebody else decides where it belongs.
      const result = placing.then(() => placeAll(batch, listing));
      placing = result.catch(() => undefined);
      return result;
    },
    async save(file, written) {
      const path = claims.pathOf(file);
      const work = (async () => {
        await folders.makeFor(path);
        await note(file, { path, mtimeMs: written.mtimeMs });
        await output.rename(written.path, onDiskPath(path));
      })();
      // Whoever waits for it only wants to know that it is over.
      const over = work.then(
        () => undefined,
        () => undefined,
      );
      saving.set(file, over);
      await work.finally(() => saving.delete(file));
      file.isPresent = true;
    },
    filesOf: (batch) => filesOf.get(batch) ?? [],
    pathOf: (file) => claims.pathOf(file),
    reasonsOf(file) {
      const { reasons } = mapEntryName(file.name);
      if (!claims.isSuffixed(file)) return reasons;
      return [...reasons, occupied.has(pathKey(file.plainPath)) ? 'occupied' : 'duplicate'];
    },
  };
}
