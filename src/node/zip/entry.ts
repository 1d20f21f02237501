import { ArchiveError, type ArchiveErrorReason } from '../../errors.js';

/** A file in an archive, as described by the central directory. Offsets and sizes are in bytes. */
export interface ArchiveEntry {
  /** The index among the files of the central directory, from 0. */
  index: number;
  /** The name from the archive, decoded. */
  name: string;
  /** How many entries with the same name precede it. */
  occurrence: number;
  /** Where the local header begins. */
  offset: number;
  /** Where the entry must have ended: at the next local header, or at the central directory. */
  limit: number;
  compressedSize: number;
  uncompressedSize: number;
  crc32: number;
  isDeflated: boolean;
  /** Why the entry cannot be unpacked; undefined if it can. */
  problem: ArchiveError | undefined;
}

/** The length of the fixed part of a local header. */
export const LOCAL_HEADER_BYTES = 30;

/** Creates the error for one entry of an archive. */
export function entryError(
  { name }: Pick<ArchiveEntry, 'name'>,
  archive: string,
  reason: ArchiveErrorReason,
  message: string,
): ArchiveError {
  return new ArchiveError(`${JSON.stringify(name)}: ${message}`, { path: archive, entry: name, reason });
}
