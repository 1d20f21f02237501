import type { ScratchPool } from '../budget/scratch.js';
import type { ArchiveEntry } from './entry.js';

/** The header of a gzip file, before the packed bytes. */
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
const GZIP_TRAILER_BYTES = 8;
/** The end of an empty gzip file, and the beginning of the one behind it. */
const BEHIND_EMPTY_FILE = Buffer.from([0, 0, 0, 0, 0x1f, 0x8b, 8]);
/** A stream that says nothing for longer takes some effort, and all that comes of it is a file of the right CRC-32. */
const MAX_EMPTY_BYTES = 64 * 1024;

/** Packed bytes of a deflated entry, next to each other. */
export interface PackedBytes {
  /** Adds bytes, in order. */
  push(chunk: Buffer): void;
  bytes(): Buffer;
  /** They as a gzip file with the CRC-32 and the length of the entry. Only of use where they are all of it. */
  gzip(): Buffer;
  /** Whether that may be read as several files, the first of them empty. An archive knows no such thing. */
  mayBeSeveral(): boolean;
  /** Gives the memory back. */
  release(): void;
}

/** Collects packed bytes of an entry of less than 4 GiB. */
export function createPackedBytes(entry: ArchiveEntry, scratch: ScratchPool): PackedBytes {
  const memory = scratch.take(GZIP_HEADER.length + entry.compressedSize + GZIP_TRAILER_BYTES);
  const start = GZIP_HEADER.copy(memory);
  let end = start;
  return {
    push(chunk) {
      end += chunk.copy(memory, end);
    },
    bytes: () => memory.subarray(start, end),
    gzip() {
      memory.writeUInt32LE(entry.crc32, end);
      memory.writeUInt32LE(entry.uncompressedSize, end + 4);
      return memory.subarray(0, end + GZIP_TRAILER_BYTES);
    },
    mayBeSeveral: () => memory.subarray(start, Math.min(end, start + MAX_EMPTY_BYTES)).includes(BEHIND_EMPTY_FILE),
    release: () => scratch.give(memory),
  };
}
