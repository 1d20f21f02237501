import { lstat, mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { FileSystemError } from '../errors.js';
import { errnoOf } from './file-system-error.js';

/**
 * Makes a folder and those above it, where they are not there yet. Node's own way of doing that never ends where a file
 * system says that a folder is missing and there already, as that of /proc does.
 *
 * @returns those that were not there yet, from the outermost inwards
 * @throws {FileSystemError} for a link that leads nowhere
 * @throws the runtime's error when one of them cannot be made
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

/** Somebody else may have been faster. */
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

/** @throws {FileSystemError} for a link, which may lead anywhere */
export async function requireNoLink(path: string): Promise<void> {
  if (!(await lstat(path)).isSymbolicLink()) return;
  throw new FileSystemError(`${path} should be a folder, but is a symbolic link.`, { path, errno: 'ENOTDIR' });
}

/** Removes folders that have nothing in them, from the innermost outwards; what has something in it stays. */
export async function removeEmpty(folders: readonly string[]): Promise<void> {
  try {
    for (const folder of folders.toReversed()) await rmdir(folder);
  } catch {
    // It is in use, or gone: either way there is nothing to do, nor to say.
  }
}
