import { copyFile } from '../disk/copy-file.js';
import type { Folders } from '../disk/folders.js';
import type { OutputFiles } from '../disk/output-files.js';
import type { Journal } from '../journal/journal.js';
import { hashOf, suffixPath } from '../names/file-names.js';
import type { Occupancy } from './occupancy.js';
import { hasSameContent, placesOf, type OwnedPaths, type Owner } from './owned-paths.js';
import type { PathChoice } from './path-choice.js';
import type { PlacedFile, Whereabouts } from './placed-file.js';

/** Brings files to their paths, and keeps the journal and what is known of the directory in step with the disk. */
export interface FileMover {
  /** Gives a file that is on disk under a temporary name its final one. */
  save(file: PlacedFile, written: { path: string; mtimeMs: number }): Promise<void>;
  /** Puts a saved file where it now belongs. True when it is there and intact. */
  settle(file: PlacedFile): Promise<boolean>;
  /** Moves files aside that earlier runs have saved where another one belongs now, before their batches are looked at. */
  makeRoom(path: string, file: PlacedFile): Promise<void>;
  /** Takes a file as it is that somebody else has put there, or another selection, if it is the one that is wanted. */
  adopt(file: PlacedFile, path: string): Promise<boolean>;
  /** The file is nobody's any more; it stays where it is. */
  forget(owner: Owner): void;
}

export interface FileMoverOptions {
  folders: Folders;
  output: OutputFiles;
  /** Names for files that are not finished. */
  newTempPath: () => string;
  journal: Journal;
  force: boolean;
  owned: OwnedPaths;
  occupancy: Occupancy;
  choice: PathChoice;
  onDiskPath: (path: string) => string;
  /** Whether a batch is of this run, and its files have no places yet. */
  isToCome: (batch: string) => boolean;
}

export function createFileMover(options: FileMoverOptions): FileMover {
  const { folders, output, newTempPath, journal, force, owned, occupancy, choice, onDiskPath, isToCome } = options;
  const busy = new Map<PlacedFile, Promise<unknown>>();

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

  /** Does one thing after the other with a file: it may get another place while it is being saved. */
  const inTurn = <Result>(file: PlacedFile, work: () => Promise<Result>): Promise<Result> => {
    const before = busy.get(file);
    const result = before === undefined ? work() : before.then(work, work);
    const turn = result.finally(() => {
      if (busy.get(file) === turn) busy.delete(file);
    });
    busy.set(file, turn);
    return turn;
  };

  const bringToPath = async (file: PlacedFile): Promise<boolean> => {
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

  const makeRoom = async (path: string, file: PlacedFile): Promise<void> => {
    if (occupancy.isFree(path)) return;
    for (const owner of await occupancy.othersAt(path, file)) {
      const isLater = 'path' in owner && isToCome(owner.batch);
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

  const adopt = async (file: PlacedFile, path: string): Promise<boolean> => {
    const twin = occupancy.isFree(path) ? undefined : await occupancy.findTwin(file, path);
    if (twin !== undefined) await note(file, twin);
    return twin !== undefined;
  };

  return {
    async settle(file) {
      if (file.whereabouts === undefined && !busy.has(file)) return false;
      return inTurn(file, () => bringToPath(file));
    },
    makeRoom,
    adopt,
    forget,
    save: (file, written) =>
      inTurn(file, async () => {
        const path = choice.pathOf(file);
        // With force it may be somewhere else already: that is no second copy, but the one that is replaced.
        if (file.whereabouts !== undefined && file.whereabouts.path !== path) await bringToPath(file);
        await folders.makeFor(path);
        await note(file, { path, mtimeMs: written.mtimeMs });
        await output.rename(written.path, onDiskPath(path));
        file.presence = 'saved';
      }),
  };
}
