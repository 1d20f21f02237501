import { mkdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, onDisk } from './file-system-error.js';

/** Paths for unfinished files, in a hidden folder of the directory and so on the same file system. */
export interface TempFiles {
  /** Returns a path that no other file has. */
  newPath: () => string;
  /** Removes all of these files. */
  remove(): Promise<void>;
}

/**
 * Creates the folder for unfinished files, and removes those that an aborted run has left behind.
 *
 * @param folder the private folder of this package, locked by this run
 */
export async function createTempFiles(folder: string): Promise<TempFiles> {
  const path = join(folder, 'tmp');
  let count = 0;
  await onDisk(path, async () => {
    // Try the cheap call first, because the folder hardly ever exists and removing a tree is expensive. `remove` does
    // the same, because the folder is empty after a run.
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
/** Retries for a second in total, in case another process has a file in it open. */
const removeTree = (path: string) => rm(path, { recursive: true, force: true, maxRetries: 4 });
