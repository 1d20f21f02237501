import type { ArchiveError } from '../../errors.js';

/** A file in an archive, as the central directory has it. Offsets and sizes are in bytes. */
export interface ArchiveEntry {
  /** Its place among the files of the central directory, from 0. */
  index: number;
  /** As the archive gives it, decoded. */
  name: string;
  /** How many entries of the same name come before it. */
  occurrence: number;
  /** Where its local header begins. */
  offset: number;
  /** Before here it must have ended: the next local header, or the central directory. */
  limit: number;
  compressedSize: number;
  uncompressedSize: number;
  crc32: number;
  isDeflated: boolean;
  /** Why it cannot be unpacked; undefined when it can. */
  problem: ArchiveError | undefined;
}

/** The fixed part of a local header. */
export const LOCAL_HEADER_BYTES = 30;
