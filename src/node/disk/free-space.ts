import { statfs } from 'node:fs/promises';
import { FileSystemError } from '../errors.js';

/** The free space of a file system, and what is spoken for. */
export interface FreeSpace {
  /**
   * Speaks for some bytes, before any of them is written.
   *
   * @throws {FileSystemError} ENOSPC, when there is no room for them
   */
  reserve(bytes: number): Promise<void>;
  /** They are written, or will not be. */
  release(bytes: number): void;
}

/** @param directory exists */
export function createFreeSpace(directory: string): FreeSpace {
  let reserved = 0;
  return {
    async reserve(bytes) {
      const free = await freeBytes(directory);
      if (free !== undefined && reserved + bytes > free) {
        const message = `Not enough space in ${directory}: ${megabytes(reserved + bytes)} are needed, ${megabytes(free)} are free.`;
        throw new FileSystemError(message, { path: directory, errno: 'ENOSPC' });
      }
      reserved += bytes;
    },
    release(bytes) {
      reserved -= bytes;
    },
  };
}

async function freeBytes(directory: string): Promise<number | undefined> {
  try {
    const { bavail, bsize, blocks } = await statfs(directory);
    // Some network file systems have no numbers; then the writing has to show it.
    return blocks === 0 ? undefined : bavail * bsize;
  } catch {
    return undefined;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 100e6 ? 1 : 0)} MB`;
}
