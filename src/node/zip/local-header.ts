import { entryError, LOCAL_HEADER_BYTES, type ArchiveEntry } from './entry.js';

const SIGNATURE = 0x04034b50;

/**
 * Returns the offset at which the compressed bytes of an entry begin. Nothing else is taken from the local header,
 * because sizes may be missing there and the name may differ.
 *
 * @param header the fixed part, {@link LOCAL_HEADER_BYTES} long
 * @throws {ArchiveError} when it is not a local header, or the data would exceed the entry's limit
 */
export function dataStartOf(header: Buffer, entry: ArchiveEntry, archive: string): number {
  if (header.readUInt32LE(0) !== SIGNATURE) {
    throw entryError(entry, archive, 'invalid-data', 'its local header is missing.');
  }
  const start = entry.offset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (start + entry.compressedSize > entry.limit) {
    throw entryError(entry, archive, 'overlap', 'it reaches into what follows it.');
  }
  return start;
}
