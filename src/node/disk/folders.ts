import type { Dirent } from 'node:fs';
import { lstat, mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FileSystemError } from '../errors.js';
import { pathKey } from '../names/file-names.js';
import { errnoOf, isFatalErrno, isForbidden, onDisk, toFileSystemError } from './file-system-error.js';

/** The folders below a directory. */
export interface Folders {
  /**
   * Makes the folder of a path, and those above it.
   *
   * @throws {FileSystemError} when something else is in the way; a symbolic link is, because it may lead anywhere. Also
   * for a folder that could not be looked into: nobody knows what would be replaced there
   */
  makeFor(path: string): Promise<void>;
  /**
   * What was at a path, in any case and composition of its letters, when its folder was first looked at. What is made
   * later is not seen: that is known anyway.
   */
  spellingsOf(path: string): Promise<readonly Spelling[]>;
  /** Whether nothing was there. False where its folder has not been looked at yet. */
  wasFree(path: string): boolean;
}

/** What is called as a path is, or nearly so. */
export interface Spelling {
  path: string;
  kind: 'file' | 'folder' | 'other';
}

/** What was in a folder, and in those that are called nearly so: by the key of its name. */
type Listing = Map<string, Spelling[]>;

const NONE: readonly Spelling[] = [];

/** @param directory exists, and may be reached over links: it is the user's choice */
export function createFolders(directory: string): Folders {
  const made = new Map<string, Promise<void>>();
  const listed = new Map<string, Promise<Listing>>();
  /** Those of which the listing is here. */
  const known = new Map<string, Listing>();
  /** Those that could not be looked into, with what the system said. */
  const shut = new Map<string, unknown>();

  const make = (folder: string): Promise<void> => {
    if (folder === '.') return Promise.resolve();
    const begun = made.get(folder);
    if (begun !== undefined) return begun;
    const making = make(dirname(folder)).then(() => makeOne(join(directory, folder)));
    made.set(folder, making);
    return making;
  };

  /** A folder, and what else it is called on disk, where the case of letters counts. */
  const foldersLike = async (folder: string): Promise<Set<string>> => {
    // Itself in any case: somebody may have made it since the one above it was looked at.
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
      // A folder that is not there has nothing, and nothing is known of one that is shut: the files that go there find out.
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
