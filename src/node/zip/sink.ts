import { ArchiveError, type ArchiveErrorReason } from '../../errors.js';
import type { WrittenFile } from '../disk/written-file.js';
import type { ArchiveEntry } from './entry.js';

/** Takes the packed bytes of one entry in order. */
export interface Sink {
  /**
   * The chunk must stay as it is until the promise is fulfilled, or may be used again where there is none. It never
   * rejects: what went wrong is said by `end`.
   */
  write(chunk: Buffer): Promise<void> | undefined;
  /** Resolves when the unpacked file is on disk under its temporary name. It is not checked yet. */
  end(): Promise<WrittenFile>;
  /** Gives the entry up, and removes what is there of it. */
  discard(): Promise<void>;
}

export function entryError(
  entry: ArchiveEntry,
  archive: string,
  reason: ArchiveErrorReason,
  message: string,
): ArchiveError {
  return new ArchiveError(`${JSON.stringify(entry.name)}: ${message}`, { path: archive, entry: entry.name, reason });
}

/**
 * Compares what was written with what the central directory has promised.
 *
 * @throws {ArchiveError} when length or CRC-32 are not those
 */
export function assertIntact(
  entry: ArchiveEntry,
  archive: string,
  written: Pick<WrittenFile, 'bytes' | 'crc32'>,
): void {
  if (written.bytes !== entry.uncompressedSize) {
    const message = `${written.bytes} bytes came instead of ${entry.uncompressedSize}.`;
    throw entryError(entry, archive, 'size-mismatch', message);
  }
  if (written.crc32 !== entry.crc32) throw entryError(entry, archive, 'crc-mismatch', 'its CRC-32 is wrong.');
}
