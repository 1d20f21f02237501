import { InvalidResponseError } from '../../errors.js';

/** What an archive may be at most. Beyond it is taken for an attack. */
export interface ArchiveLimits {
  /** Entries, folders included. */
  entries: number;
  /** Bytes of all files together, unpacked. */
  totalBytes: number;
  /** Unpacked bytes for one packed byte, in files of more than a mebibyte. */
  ratio: number;
}

/** What an entry may take in an archive besides its bytes: its headers, its name in both of them, extra fields. */
const MAX_ENTRY_OVERHEAD_BYTES = 1024;

/** The longest archive that can be within the limits, as far as it is known before its directory is read. */
export function maxArchiveBytes({ entries, totalBytes }: ArchiveLimits): number {
  return totalBytes + entries * MAX_ENTRY_OVERHEAD_BYTES;
}

/** @throws {InvalidResponseError} for more bytes than may be fetched */
export function assertLength(label: string, bytes: number, most: number): void {
  if (bytes > most) throw new InvalidResponseError(`${label} is longer than ${most} bytes, the most that it may be.`);
}
