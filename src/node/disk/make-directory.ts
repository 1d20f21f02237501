import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errnoOf } from './file-system-error.js';

/**
 * Makes a folder and those above it, where they are not there yet. Node's own way of doing that never ends where a file
 * system says that a folder is missing and there already, as that of /proc does.
 *
 * @throws the runtime's error when one of them cannot be made
 */
export async function makeDirectory(path: string, mode?: number): Promise<void> {
  const folder = resolve(path);
  try {
    await mkdir(folder, mode);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    const parent = dirname(folder);
    if (errno !== 'ENOENT' || parent === folder || (await isThere(parent))) throw error;
    await makeDirectory(parent);
    await mkdir(folder, mode).catch((again: unknown) => {
      // Somebody else may have been faster.
      if (errnoOf(again) !== 'EEXIST') throw again;
    });
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
