import type { ScratchPool } from '../budget/scratch.js';
import type { ArchiveEntry } from './entry.js';

/** The header of a gzip file. */
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
const GZIP_TRAILER_BYTES = 8;
/** The end of an empty gzip member, followed by the start of another member. */
const BEHIND_EMPTY_FILE = Buffer.from([0, 0, 0, 0, 0x1f, 0x8b, 8]);
/**
 * How far an empty member is looked for. A longer one can be constructed, but yields only a file with the right CRC-32.
 */
const MAX_EMPTY_BYTES = 64 * 1024;

/** Collects the compressed bytes of a deflated entry in one buffer. */
export interface PackedBytes {
  /** Adds bytes, in order. */
  push(chunk: Buffer): void;
  bytes(): Buffer;
  /** The bytes as a gzip file with the CRC-32 and the size of the entry. Valid only if they are the whole stream. */
  gzip(): Buffer;
  /** Whether the gzip file might be read as several members, the first one empty. In an archive it is one stream. */
  mayBeSeveral(): boolean;
  /** Returns the memory to the pool. */
  release(): void;
}

/** @param entry smaller than 4 GiB, because a gzip file holds its size in 32 bits */
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
