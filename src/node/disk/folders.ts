import { lstat, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FileSystemError } from '../errors.js';
import { pathKey } from '../names/file-names.js';
import { errnoOf, onDisk } from './file-system-error.js';

/** The folders below a directory. */
export interface Folders {
  /**
   * Makes the folder of a path, and those above it.
   *
   * @throws {FileSystemError} when something else is in the way; a symbolic link is, because it may lead anywhere
   */
  makeFor(path: string): Promise<void>;
  /**
   * What was at a path, in any case and composition of its letters, when its folder was first looked at. What is made
   * later is not seen: that is known anyway.
   */
  find(path: string): Promise<'file' | 'other' | undefined>;
}

/** @param directory exists, and may be reached over links: it is the user's choice */
export function createFolders(directory: string): Folders {
  const made = new Map<string, Promise<void>>();
  const listed = new Map<string, Promise<Map<string, 'file' | 'other'>>>();

  const make = (folder: string): Promise<void> => {
    if (folder === '.') return Promise.resolve();
    const known = made.get(folder);
    if (known !== undefined) return known;
    const making = make(dirname(folder)).then(() => makeOne(join(directory, folder)));
    made.set(folder, making);
    return making;
  };

  // By its exact spelling: where the case of letters counts, another spelling is another folder.
  const list = (folder: string): Promise<Map<string, 'file' | 'other'>> => {
    const known = listed.get(folder);
    if (known !== undefined) return known;
    const listing = listOne(join(directory, folder));
    listed.set(folder, listing);
    return listing;
  };

  return {
    makeFor: (path) => make(dirname(path)),
    async find(path) {
      const names = await list(dirname(path));
      return names.get(pathKey(path.slice(path.lastIndexOf('/') + 1)));
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

async function listOne(path: string): Promise<Map<string, 'file' | 'other'>> {
  return onDisk(path, async () => {
    try {
      const entries = await readdir(path, { withFileTypes: true });
      return new Map(entries.map((entry) => [pathKey(entry.name), entry.isFile() ? 'file' : 'other']));
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === 'ENOENT' || errno === 'ENOTDIR') return new Map<string, 'file' | 'other'>();
      throw error;
    }
  });
}
