import { constants, copyFile as copy, stat } from 'node:fs/promises';
import { onDisk } from './file-system-error.js';
import type { Written } from './written-file.js';

/**
 * Copies a file to a path that does not exist yet, as a copy-on-write clone if the file system supports that. Resolves
 * to the time at which the copy was written.
 *
 * @throws {FileSystemError} when the disk refuses
 */
export async function copyFile(from: string, to: string): Promise<Written> {
  return onDisk(to, async () => {
    await copy(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    return { mtimeMs: Math.trunc((await stat(to)).mtimeMs) };
  });
}
