import { mkdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, onDisk } from './file-system-error.js';

/** Names for files that are not finished, in a folder of the directory that is hidden: on the same file system. */
export interface TempFiles {
  /** A name that no other file has. */
  newPath: () => string;
  /** Removes them all. */
  remove(): Promise<void>;
}

/** @param folder of this package, locked by this run; what a killed one has left behind is removed */
export async function createTempFiles(folder: string): Promise<TempFiles> {
  const path = join(folder, 'tmp');
  let count = 0;
  await onDisk(path, async () => {
    // Nearly always there is none, and after a run it is empty: taking a tree down costs more than either.
    await make(path).catch(async (error: unknown) => {
      if (errnoOf(error) !== 'EEXIST') throw error;
      await removeTree(path);
      await make(path);
    });
  });
  return {
    newPath: () => join(path, `${process.pid}-${++count}.part`),
    remove: () => onDisk(path, () => rmdir(path).catch(() => removeTree(path))),
  };
}

const make = (path: string) => mkdir(path, { mode: 0o700 });
/** Again for a second, where somebody else looks into it. */
const removeTree = (path: string) => rm(path, { recursive: true, force: true, maxRetries: 4 });
