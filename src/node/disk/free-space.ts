import { statfs } from 'node:fs/promises';
import { FileSystemError } from '../errors.js';
import type { OutputFiles } from './output-files.js';

/** Reserves free space on a file system. */
export interface FreeSpace {
  /**
   * Reserves space for bytes that will be written.
   *
   * @throws {FileSystemError} with `ENOSPC`, when not enough space is free
   */
  reserve(bytes: number): Promise<Reservation>;
}

/** Space that is reserved for bytes to be written. */
export interface Reservation {
  /** Reduces the reservation by bytes that have been written, because they no longer count as free space. */
  use: (bytes: number) => void;
  /** Gives back the unused rest of the reservation. May be called repeatedly. */
  end(): void;
}

/** @param directory an existing directory on the file system */
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
        // Data that is fetched again is written again, so there may be more writes than reserved bytes.
        const used = Math.min(count, left);
        left -= used;
        reserved -= used;
      };
      return { use, end: () => use(left) };
    },
  };
}

/** Wraps `files` so that writing to new files uses up the reservation. */
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
    // Some network file systems do not report their size. Then only a failing write shows that the disk is full.
    return blocks === 0 ? undefined : bavail * bsize;
  } catch {
    return undefined;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 100e6 ? 1 : 0)} MB`;
}
