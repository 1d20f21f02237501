import { InvalidResponseError } from '../../errors.js';

/** The limits for an archive. One that exceeds them is treated as an attack. */
export interface ArchiveLimits {
  /** The number of entries, including folders. */
  entries: number;
  /** The total uncompressed size of all files, in bytes. */
  totalBytes: number;
  /** Uncompressed bytes per compressed byte, in files of more than a mebibyte. */
  ratio: number;
}

/** What an entry may take in an archive besides its data: two headers with its name, and extra fields. */
const MAX_ENTRY_OVERHEAD_BYTES = 1024;

/** The length in bytes beyond which an archive cannot be within the limits. Known before its directory is read. */
export function maxArchiveBytes({ entries, totalBytes }: ArchiveLimits): number {
  return totalBytes + entries * MAX_ENTRY_OVERHEAD_BYTES;
}

/** @throws {InvalidResponseError} when there are more than `most` bytes */
export function assertLength(label: string, bytes: number, most: number): void {
  if (bytes > most) throw new InvalidResponseError(`${label} is longer than ${most} bytes, the most that it may be.`);
}
