import { statfs } from 'node:fs/promises';
import { FileSystemError } from '../errors.js';
import type { OutputFiles } from './output-files.js';

/** The free space of a file system, and what is spoken for. */
export interface FreeSpace {
  /**
   * Speaks for some bytes, before any of them is written.
   *
   * @throws {FileSystemError} ENOSPC, when there is no room for them
   */
  reserve(bytes: number): Promise<Reservation>;
}

/** Room for bytes that will be written. */
export interface Reservation {
  /** So many more of them are written: they are no longer free, and must not be spoken for as well. */
  use: (bytes: number) => void;
  /** What is not written by now will not be. May be called again. */
  end(): void;
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
      let left = bytes;
      reserved += left;
      const use = (count: number) => {
        // What is fetched once more is written once more.
        const used = Math.min(count, left);
        left -= used;
        reserved -= used;
      };
      return { use, end: () => use(left) };
    },
  };
}

/** The same files; what is written to new ones uses up the reservation. */
export function withinReservation(files: OutputFiles, reservation: Reservation): OutputFiles {
  return {
    ...files,
    create: (path) => files.create(path, reservation.use),
    write: (path, bytes) => files.write(path, bytes, reservation.use),
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
