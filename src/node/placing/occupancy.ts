import { lstat } from 'node:fs/promises';
import { checkFile } from '../disk/check-file.js';
import { errnoOf } from '../disk/file-system-error.js';
import type { Folders } from '../disk/folders.js';
import { pathKey } from '../names/file-names.js';
import { hasSameContent, isSameFile, placesOf, whereaboutsOf, type OwnedPaths, type Owner } from './owned-paths.js';
import type { PlacedFile, Whereabouts } from './placed-file.js';

/** Looks up what is at a path and which files own it. Changes nothing on disk. */
export interface Occupancy {
  /** Whether a path is known, without reading the disk, to have no owner and nothing at it. This is the usual case. */
  isFree(path: string): boolean;
  /** The owners of a path other than the file itself. */
  othersAt(path: string, file: Owner): Promise<Owner[]>;
  /** Finds a file that was saved. Resolves to undefined if it is not there or not intact. */
  locate(file: Owner): Promise<FoundFile | undefined>;
  /** Finds a file at the path with the content of the given one, whatever its origin. Undefined if there is none. */
  findTwin(file: PlacedFile, path: string): Promise<Whereabouts | undefined>;
  /**
   * Whether something is at the path that must stay as it is. The answer is determined when the path is first asked
   * about, and what the run itself does there does not change it.
   */
  isTaken(plainPath: string): Promise<boolean>;
}

export interface FoundFile {
  path: string;
  /** Epoch milliseconds. */
  mtimeMs: number;
  /** Whether it has another owner with the same content, for which it has to stay. */
  isShared: boolean;
}

export interface OccupancyOptions {
  folders: Folders;
  owned: OwnedPaths;
  onDiskPath: (path: string) => string;
  /** Whether a batch is of this run. */
  isPlanned: (batch: string) => boolean;
  /** Whether files that this package did not save may be replaced. */
  force: boolean;
}

export function createOccupancy({ folders, owned, onDiskPath, isPlanned, force }: OccupancyOptions): Occupancy {
  /** Whether two paths are equal, or two spellings that the file system treats as the same path. */
  const isSamePlace = async (one: string, other: string): Promise<boolean> =>
    one === other || (pathKey(one) === pathKey(other) && (await areOne(onDiskPath(one), onDiskPath(other))));

  const ownersAt = async (path: string): Promise<Owner[]> => {
    const found: Owner[] = [];
    for (const owner of owned.ownersOf(path)) {
      for (const place of placesOf(owner)) {
        if (!(await isSamePlace(place, path))) continue;
        found.push(owner);
        break;
      }
    }
    return found;
  };
  const othersAt = async (path: string, file: Owner) =>
    (await ownersAt(path)).filter((owner) => !isSameFile(owner, file));

  /** Checks a file by length and time. If an owner has other content there, the file is read, as both might match. */
  const check = (owner: Owner, path: string, others: readonly Owner[]): Promise<number | undefined> => {
    const { bytes, crc32 } = owner;
    const isSure = others.every((other) => hasSameContent(other, owner));
    return checkFile(onDiskPath(path), { bytes, crc32, mtimeMs: isSure ? whereaboutsOf(owner)?.mtimeMs : undefined });
  };
  const isOneThere = async (owners: readonly Owner[], path: string): Promise<boolean> => {
    for (const owner of owners) if ((await check(owner, path, await othersAt(path, owner))) !== undefined) return true;
    return false;
  };

  const isStranger = (owner: Owner) => !isPlanned(owner.batch) || (!force && whereaboutsOf(owner)?.isAdopted === true);
  const isKept = async (path: string): Promise<boolean> => {
    const owners = await ownersAt(path);
    const strangers = owners.filter(isStranger);
    if (await isOneThere(strangers, path)) return true;
    // A file of this run was saved here: it can be moved, or replaced if it has been changed.
    if (owners.length > strangers.length) return false;
    if (force && owners.length === 0) return false;
    // It may have been moved since its folder was listed.
    return isAnythingAt(onDiskPath(path));
  };
  const look = async (plainPath: string): Promise<boolean> => {
    for (const { path, kind } of await folders.spellingsOf(plainPath)) {
      if (kind !== 'file' || (await isKept(path))) return true;
    }
    return false;
  };
  const taken = new Map<string, Promise<boolean>>();

  return {
    isFree: (path) => owned.ownersOf(path).length === 0 && folders.wasFree(path),
    othersAt,
    async locate(file) {
      for (const path of placesOf(file)) {
        const others = await othersAt(path, file);
        const mtimeMs = await check(file, path, others);
        const isShared = others.some((other) => hasSameContent(other, file));
        if (mtimeMs !== undefined) return { path, mtimeMs, isShared };
      }
      return undefined;
    },
    async findTwin(file, path) {
      const owners = await ownersAt(path);
      const twin = owners.find((owner) => hasSameContent(owner, file));
      const twinMs = twin && (await check(twin, path, owners));
      if (twin && twinMs !== undefined) return { path, mtimeMs: twinMs, isAdopted: whereaboutsOf(twin)?.isAdopted };
      const mtimeMs = await checkFile(onDiskPath(path), { bytes: file.bytes, crc32: file.crc32 });
      return mtimeMs === undefined ? undefined : { path, mtimeMs, isAdopted: true };
    },
    isTaken(plainPath) {
      const key = pathKey(plainPath);
      const isTaken = taken.get(key) ?? look(plainPath);
      taken.set(key, isTaken);
      return isTaken;
    },
  };
}

/** Whether two paths lead to the same file. */
async function areOne(one: string, other: string): Promise<boolean> {
  const [stats, others] = await Promise.all(
    [one, other].map((path) => lstat(path, { bigint: true }).catch(() => undefined)),
  );
  return stats !== undefined && others !== undefined && stats.ino === others.ino && stats.dev === others.dev;
}

export async function isAnythingAt(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: unknown) => errnoOf(error) !== 'ENOENT',
  );
}
