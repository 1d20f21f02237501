import { checkFile } from '../disk/check-file.js';
import type { Folders } from '../disk/folders.js';
import { isSameFile, hasSameContent, type OwnedPaths } from './owned-paths.js';
import type { PlacedFile } from './placed-file.js';

/** What is at a path, and whether it is the file that belongs there. Nothing is changed by looking. */
export interface Occupancy {
  /** Where a file is that was saved, if it is there and intact. */
  locate(file: PlacedFile): Promise<{ path: string; mtimeMs: number } | undefined>;
  /**
   * When a file at the path was modified that somebody else has put there, or another selection, and which happens to
   * be the one that is wanted.
   */
  findTwin(file: PlacedFile, path: string): Promise<number | undefined>;
  /** Whether something is where the file would be without a suffix that must stay as it is. */
  isTaken(file: PlacedFile): Promise<boolean>;
}

export interface OccupancyOptions {
  folders: Folders;
  owned: OwnedPaths;
  onDiskPath: (path: string) => string;
  /** Whether a batch is one of this run. */
  isPlanned: (batch: string) => boolean;
  /** Whether files that are not this package's may be replaced. */
  force: boolean;
}

export function createOccupancy({ folders, owned, onDiskPath, isPlanned, force }: OccupancyOptions): Occupancy {
  /** Whether a path is the file's own, or nobody's; or that of the same file in a batch that is not of this run. */
  const mayBeAt = (path: string, file: PlacedFile): boolean => {
    const owner = owned.ownerOf(path);
    if (owner === undefined || isSameFile(owner, file)) return true;
    return !isPlanned(owner.batch) && hasSameContent(owner, file);
  };

  const findForeign = async (path: string): Promise<'file' | 'other' | undefined> =>
    owned.has(path) ? undefined : folders.find(path);

  return {
    async locate(file) {
      const { bytes, crc32, whereabouts } = file;
      // A move may have been cut short.
      for (const path of [whereabouts?.path, whereabouts?.from]) {
        if (path === undefined || !mayBeAt(path, file)) continue;
        const mtimeMs = await checkFile(onDiskPath(path), { bytes, crc32, mtimeMs: whereabouts?.mtimeMs });
        if (mtimeMs !== undefined) return { path, mtimeMs };
      }
      return undefined;
    },
    async findTwin(file, path) {
      if (force) return undefined;
      const owner = owned.ownerOf(path);
      const isShared = owner !== undefined && !isSameFile(owner, file) && mayBeAt(path, file);
      if (!isShared && (await findForeign(path)) !== 'file') return undefined;
      const known = isShared && 'mtimeMs' in owner ? owner.mtimeMs : undefined;
      return checkFile(onDiskPath(path), { bytes: file.bytes, crc32: file.crc32, mtimeMs: known });
    },
    async isTaken(file) {
      const { plainPath } = file;
      const owner = owned.ownerOf(plainPath);
      // What belongs to batches that are not of this run keeps its place.
      if (owner !== undefined && !isPlanned(owner.batch))
        return !mayBeAt(plainPath, file) && (await folders.find(plainPath)) !== undefined;
      const foreign = await findForeign(plainPath);
      if (foreign !== 'file') return foreign !== undefined;
      return !force && (await checkFile(onDiskPath(plainPath), file)) === undefined;
    },
  };
}
