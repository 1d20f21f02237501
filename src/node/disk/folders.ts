import type { Dirent } from 'node:fs';
import { lstat, mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FileSystemError } from '../errors.js';
import { pathKey } from '../names/file-names.js';
import { errnoOf, isFatalErrno, isForbidden, onDisk, toFileSystemError } from './file-system-error.js';

/** Creates folders below a directory, and knows what was in them before. */
export interface Folders {
  /**
   * Creates the folder of a path and its parents.
   *
   * @throws {FileSystemError} when a file or a symbolic link, which may lead anywhere, has the name of a folder, or
   * when the folder could not be listed, because it is unknown what would be replaced there
   */
  makeFor(path: string): Promise<void>;
  /**
   * Lists everything whose path differed at most in case or Unicode composition when the folder was first listed. It
   * does not include what was created later, because the run knows about that.
   */
  spellingsOf(path: string): Promise<readonly Spelling[]>;
  /** Whether `spellingsOf` the path is known to be empty. False if its folder has not been listed yet. */
  wasFree(path: string): boolean;
}

/** Something on disk whose path differs from the requested one at most in case or Unicode composition. */
export interface Spelling {
  path: string;
  kind: 'file' | 'folder' | 'other';
}

/** The contents of all folders with equivalent names, by the key of each name. */
type Listing = Map<string, Spelling[]>;

const NONE: readonly Spelling[] = [];

/** @param directory exists. It may be reached through links, because the user has chosen it */
export function createFolders(directory: string): Folders {
  const made = new Map<string, Promise<void>>();
  const listed = new Map<string, Promise<Listing>>();
  /** The listings that are complete, by the key of the folder. */
  const known = new Map<string, Listing>();
  /** The folders that could not be listed for lack of permission, with the error. */
  const shut = new Map<string, unknown>();

  const make = (folder: string): Promise<void> => {
    if (folder === '.') return Promise.resolve();
    const begun = made.get(folder);
    if (begun !== undefined) return begun;
    const making = make(dirname(folder)).then(() => makeOne(join(directory, folder)));
    made.set(folder, making);
    return making;
  };

  /** The folder, and all folders on disk with equivalent names: on a case-sensitive disk there may be several. */
  const foldersLike = async (folder: string): Promise<Set<string>> => {
    // Always include the folder itself: it may have been created since its parent was listed.
    const like = new Set([folder]);
    if (folder === '.') return like;
    const above = await list(dirname(folder));
    for (const { path, kind } of above.get(pathKey(basename(folder))) ?? NONE) if (kind === 'folder') like.add(path);
    return like;
  };
  const look = async (folder: string): Promise<Listing> => {
    const listing: Listing = new Map();
    for (const one of await foldersLike(folder))
      await addNames(listing, directory, one, (error) => shut.set(one, error));
    known.set(pathKey(folder), listing);
    return listing;
  };
  const list = (folder: string): Promise<Listing> => {
    const key = pathKey(folder);
    const listing = listed.get(key) ?? look(folder);
    listed.set(key, listing);
    return listing;
  };

  return {
    async makeFor(path) {
      const folder = dirname(path);
      await make(folder);
      const error = shut.get(folder);
      if (error !== undefined) throw toFileSystemError(error, join(directory, path));
    },
    async spellingsOf(path) {
      return (await list(dirname(path))).get(pathKey(basename(path))) ?? NONE;
    },
    wasFree(path) {
      const key = pathKey(path);
      const nameStart = key.lastIndexOf('/') + 1;
      const folder = nameStart === 0 ? '.' : key.slice(0, nameStart - 1);
      return known.get(folder)?.has(key.slice(nameStart)) === false;
    },
  };
}

async function makeOne(path: string): Promise<void> {
  await onDisk(path, async () => {
    try {
      await mkdir(path);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
      const stats = await lstat(path);
      if (stats.isDirectory()) return;
      const what = stats.isSymbolicLink() ? 'a symbolic link' : 'a file';
      throw new FileSystemError(`${path} should be a folder, but is ${what}.`, { path, errno: 'ENOTDIR' });
    }
  });
}

async function addNames(
  listing: Listing,
  directory: string,
  folder: string,
  onShut: (error: unknown) => void,
): Promise<void> {
  const path = join(directory, folder);
  await onDisk(path, async () => {
    try {
      for (const entry of await readdir(path, { withFileTypes: true })) {
        const spelling: Spelling = {
          path: folder === '.' ? entry.name : `${folder}/${entry.name}`,
          kind: kindOf(entry),
        };
        const key = pathKey(entry.name);
        listing.set(key, [...(listing.get(key) ?? []), spelling]);
      }
    } catch (error) {
      // A missing folder is empty. If permission is denied, the contents are unknown, and `makeFor` throws for files
      // there.
      const errno = errnoOf(error);
      if (errno === undefined || isFatalErrno(errno)) throw error;
      if (isForbidden(errno)) onShut(error);
    }
  });
}

function kindOf(entry: Dirent): Spelling['kind'] {
  if (entry.isFile()) return 'file';
  return entry.isDirectory() ? 'folder' : 'other';
}
