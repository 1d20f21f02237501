import { constants, copyFile as copy, stat } from 'node:fs/promises';
import { onDisk } from './file-system-error.js';
import type { Written } from './written-file.js';

/**
 * Copies a file to a name that no other file has, without a byte being copied where the file system can do that. Tells
 * when the copy was written, in epoch milliseconds.
 *
 * @throws {FileSystemError} when the disk refuses
 */
export async function copyFile(from: string, to: string): Promise<Written> {
  return onDisk(to, async () => {
    await copy(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    return { mtimeMs: Math.trunc((await stat(to)).mtimeMs) };
  });
}
