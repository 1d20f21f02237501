import { join } from 'node:path';
import { checkFile } from './disk/check-file.js';
import type { Folders } from './disk/folders.js';
import type { OutputFiles } from './disk/output-files.js';
import type { ListedFile, PlacedFile } from './placed-file.js';
import type { FileRecord } from './journal/journal-line.js';
import { fileKey, type Journal } from './journal/journal.js';
import { hashOf, mapEntryName, pathKey, type RenameReason } from './names/file-names.js';
import { wholeOf } from './planned-batches.js';
import { createNameClaims, type Move, type Rank } from './names/name-claims.js';

/** The files in the directory that are this package's: who they belong to, and where they are. */
export interface SavedFiles {
  /**
   * Gives the files of a batch their places, which may move files that were saved before, and finds out which are
   * there already.
   *
   * @param rank of the batch
   */
  place(batch: string, rank: Rank, listing: readonly ListedFile[]): Promise<PlacedFile[]>;
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
  const claims = createNameClaims();
  const files = new Map<string, PlacedFile>();
  const saving = new Map<string, Promise<void>>();
  const filesOf = new Map<string, PlacedFile[]>();
  /** The paths that are this package's, or were: what is found there is not somebody else's. */
  const own = new Set<string>();
  const occupied = new Set<string>();
  const onDiskPath = (path: string) => join(directory, ...path.split('/'));

  const recordOf = (file: PlacedFile): FileRecord | undefined =>
    journal.batches.get(file.batch)?.files.get(fileKey(file.name, file.occurrence));

  const note = async (file: PlacedFile, path: string, mtimeMs: number, from?: string): Promise<void> => {
    const { name, occurrence, bytes, crc32 } = file;
    own.add(pathKey(path));
    const record = { name, occurrence, path, bytes, crc32, mtimeMs, ...(from !== undefined && { from }) };
    await journal.append({ type: 'file', batch: file.batch, ...record });
  };

  /** Where a recorded file is, if it is there: a move may have been cut short. */
  const locate = async (
    file: PlacedFile,
    record: FileRecord,
  ): Promise<{ path: string; mtimeMs: number } | undefined> => {
    if (record.bytes !== file.bytes || record.crc32 !== file.crc32) return undefined;
    for (const path of [record.path, record.from]) {
      const mtimeMs = path === undefined ? undefined : await checkFile(onDiskPath(path), record);
      if (path !== undefined && mtimeMs !== undefined) return { path, mtimeMs };
    }
    return undefined;
  };

  /** Puts a saved file where it now belongs. True when it is there and intact. */
  const settle = async (file: PlacedFile): Promise<boolean> => {
    await saving.get(file.id);
    const record = recordOf(file);
    const found = record && (await locate(file, record));
    if (record === undefined || found === undefined) return false;
    const path = claims.pathOf(file.id) ?? record.path;
    if (found.path === path) {
      if (found.mtimeMs !== record.mtimeMs || record.path !== path) await note(file, path, found.mtimeMs);
      return true;
    }
    await folders.makeFor(path);
    // Noted first: if the process ends in between, the next one looks in both places.
    await note(file, path, found.mtimeMs, found.path);
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
    await note(file, path, mtimeMs);
    return true;
  };

  const claim = async (file: PlacedFile, rank: Rank): Promise<Move[]> => {
    const { id, plainPath } = file;
    const foreign = await isForeign(plainPath);
    const isReplaced = foreign === 'file' && (force || (await checkFile(onDiskPath(plainPath), file)) !== undefined);
    const moves = foreign === undefined || isReplaced ? [] : claims.occupy(plainPath);
    if (foreign !== undefined && !isReplaced) occupied.add(pathKey(plainPath));
    const hash = hashOf(file.batch, file.name, file.occurrence);
    return [...moves, ...claims.claim({ id, rank, path: plainPath, hash })];
  };

  const placeAll = async (batch: string, rank: Rank, listing: readonly ListedFile[]): Promise<PlacedFile[]> => {
    const placed = listing.map((listed): PlacedFile => {
      const id = `${batch}/${fileKey(listed.name, listed.occurrence)}`;
      return { ...listed, id, batch, plainPath: mapEntryName(listed.name).path, isPresent: false, wasPresent: false };
    });
    const moves: Move[] = [];
    const wanted = new Set(placed.map(({ id }) => id));
    for (const { id } of filesOf.get(batch) ?? []) {
      if (wanted.has(id)) continue;
      // The archive was made anew, and no longer has it.
      moves.push(...claims.release(id));
      files.delete(id);
    }
    filesOf.set(batch, placed);
    for (const [index, file] of placed.entries()) {
      files.set(file.id, file);
      moves.push(...(await claim(file, [...rank, index])));
    }
    const affected = new Map(placed.map((file) => [file.id, file]));
    for (const { id } of moves) {
      const file = files.get(id);
      if (file) affected.set(id, file);
    }
    // Those that make room go first.
    const isSuffixed = (file: PlacedFile) => Number(claims.isSuffixed(file.id));
    for (const file of [...affected.values()].sort((one, other) => isSuffixed(other) - isSuffixed(one))) {
      const isThere = await settle(file);
      if (file.batch !== batch) continue;
      file.isPresent = isThere || (await adopt(file, claims.pathOf(file.id) ?? file.plainPath));
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
    place(batch, rank, listing) {
      // One after the other: a file must not be moved while somebody else decides where it belongs.
      const result = placing.then(() => placeAll(batch, rank, listing));
      placing = result.catch(() => undefined);
      return result;
    },
    async save(file, written) {
      const path = claims.pathOf(file.id) ?? file.plainPath;
      const work = (async () => {
        await folders.makeFor(path);
        await note(file, path, written.mtimeMs);
        await output.rename(written.path, onDiskPath(path));
      })();
      // Whoever waits for it only wants to know that it is over.
      const over = work.then(
        () => undefined,
        () => undefined,
      );
      saving.set(file.id, over);
      await work.finally(() => saving.delete(file.id));
      file.isPresent = true;
    },
    filesOf: (batch) => filesOf.get(batch) ?? [],
    pathOf: (file) => claims.pathOf(file.id) ?? file.plainPath,
    reasonsOf(file) {
      const { reasons } = mapEntryName(file.name);
      if (!claims.isSuffixed(file.id)) return reasons;
      return [...reasons, occupied.has(pathKey(file.plainPath)) ? 'occupied' : 'duplicate'];
    },
  };
}
