import { copyFile } from '../disk/copy-file.js';
import type { Folders } from '../disk/folders.js';
import type { OutputFiles } from '../disk/output-files.js';
import type { Journal } from '../journal/journal.js';
import { hashOf, suffixPath } from '../names/file-names.js';
import type { Occupancy } from './occupancy.js';
import { hasSameContent, placesOf, type OwnedPaths, type Owner } from './owned-paths.js';
import type { PathChoice } from './path-choice.js';
import type { PlacedFile, Whereabouts } from './placed-file.js';

/** Moves files to their paths, and keeps the journal and the owners of the paths consistent with the disk. */
export interface FileMover {
  /** Moves a newly written file from its temporary path to its final one, and marks it as saved. */
  save(file: PlacedFile, written: { path: string; mtimeMs: number }): Promise<void>;
  /** Moves a saved file to its current path. Resolves to whether the file is there and intact. */
  settle(file: PlacedFile): Promise<boolean>;
  /** Moves aside files that earlier runs saved at the path, if their batches are of this run and not placed yet. */
  makeRoom(path: string, file: PlacedFile): Promise<void>;
  /**
   * Takes over what is at the path, if it has the content of the file. It may belong to another selection, or not come
   * from this package. Resolves to whether it was taken over.
   */
  adopt(file: PlacedFile, path: string): Promise<boolean>;
  /** Removes an owner from its paths. The file on disk stays where it is. */
  forget(owner: Owner): void;
}

export interface FileMoverOptions {
  folders: Folders;
  output: OutputFiles;
  /** Returns an unused path for a file that is not finished. */
  newTempPath: () => string;
  journal: Journal;
  force: boolean;
  owned: OwnedPaths;
  occupancy: Occupancy;
  choice: PathChoice;
  onDiskPath: (path: string) => string;
  /** Whether a batch is of this run and its files have not been placed yet. */
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

  /** Runs the operations on a file one at a time, because its path may change while it is being saved. */
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
    // Recorded before the rename: if the process ends in between, the next run looks at both paths.
    await note(file, { path, mtimeMs, from: found.path });
    await output.rename(onDiskPath(found.path), onDiskPath(path));
    // Recorded again without the old path, where another file may be put later.
    await note(file, { path, mtimeMs });
    return true;
  };

  const makeRoom = async (path: string, file: PlacedFile): Promise<void> => {
    if (occupancy.isFree(path)) return;
    for (const owner of await occupancy.othersAt(path, file)) {
      const isLater = 'path' in owner && isToCome(owner.batch);
      // A file with the same content is adopted instead of replaced, so it can stay.
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
        // With `force`, the old file may be at another path. Move it, so that it is replaced and not left as a copy.
        if (file.whereabouts !== undefined && file.whereabouts.path !== path) await bringToPath(file);
        await folders.makeFor(path);
        await note(file, { path, mtimeMs: written.mtimeMs });
        await output.rename(written.path, onDiskPath(path));
        file.presence = 'saved';
      }),
  };
}
