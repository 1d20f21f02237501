import type { WrittenFile } from '../disk/written-file.js';
import { entryError, type ArchiveEntry } from './entry.js';

/** Unpacks one entry, whose compressed bytes are written to it in order. */
export interface Sink {
  /**
   * Takes a chunk, which must not be modified until the returned promise is fulfilled. If there is no promise, the
   * chunk can be reused at once. The promise never rejects; errors are thrown by `end`.
   */
  write(chunk: Buffer): Promise<void> | undefined;
  /** Resolves when the unpacked file is on disk under its temporary name. The caller still has to check it. */
  end(): Promise<WrittenFile>;
  /** Abandons the entry and removes its file. */
  discard(): Promise<void>;
}

/**
 * Checks a written file against the central directory.
 *
 * @throws {ArchiveError} when its length or CRC-32 differs
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
