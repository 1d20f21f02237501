import { lstat, mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { FileSystemError } from '../errors.js';
import { errnoOf } from './file-system-error.js';

/**
 * Creates a folder and its parents if they do not exist. Node's recursive `mkdir` never returns on a file system that
 * reports a folder both as missing and as existing, such as /proc.
 *
 * @param mode the mode of the folder itself, but not of its parents
 * @returns the created folders, outermost first
 * @throws {FileSystemError} for a broken symbolic link
 * @throws the runtime's error when a folder cannot be created
 */
export async function makeDirectory(path: string, mode?: number): Promise<string[]> {
  const folder = resolve(path);
  const parent = dirname(folder);
  try {
    return await makeOne(folder, mode);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' || parent === folder) throw error;
    const above = await makeDirectory(parent);
    return [...above, ...(await makeOne(folder, mode))];
  }
}

/** Creates one folder. Returns an empty list if it exists, perhaps because another process has just created it. */
async function makeOne(folder: string, mode: number | undefined): Promise<string[]> {
  try {
    await mkdir(folder, mode);
    return [folder];
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    const stats = await stat(folder).catch(() => undefined);
    if (stats?.isDirectory()) return [];
    if (stats === undefined && (await lstat(folder)).isSymbolicLink()) {
      throw new FileSystemError(`${folder} is a symbolic link that leads nowhere.`, { path: folder, errno: 'ENOTDIR' });
    }
    throw error;
  }
}

/** @throws {FileSystemError} when the path is a symbolic link, because that may lead anywhere */
export async function requireNoLink(path: string): Promise<void> {
  if (!(await lstat(path)).isSymbolicLink()) return;
  throw new FileSystemError(`${path} should be a folder, but is a symbolic link.`, { path, errno: 'ENOTDIR' });
}

/**
 * Removes folders as long as they are empty, innermost first.
 *
 * @param folders outermost first
 */
export async function removeEmpty(folders: readonly string[]): Promise<void> {
  try {
    for (const folder of folders.toReversed()) await rmdir(folder);
  } catch {
    // The folder is in use or already gone; neither is an error.
  }
}
