import type { ScratchPool } from '../scratch.js';
import type { ArchiveEntry } from './entry.js';

const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
const TRAILER_BYTES = 8;
/** The end of an empty member, and the beginning of the one behind it. */
const BEHIND_EMPTY_MEMBER = Buffer.from([0, 0, 0, 0, 0x1f, 0x8b, 8]);

/** The packed bytes of a deflated entry, in the frame of a gzip file that has its CRC-32 and its length. */
export interface GzipMember {
  /** Adds packed bytes, in order. */
  push(chunk: Buffer): void;
  /** The whole file: what unpacks it checks it, too. */
  readonly gzip: Buffer;
  /** Whether it may be read as several files, the first of them empty. An archive knows no such thing. */
  readonly mayBeSeveral: boolean;
  /** The packed bytes alone. */
  readonly deflated: Buffer;
  /** Gives the memory back. */
  release(): void;
}

/** Collects the packed bytes of an entry of less than 4 GiB. */
export function createGzipMember(entry: ArchiveEntry, scratch: ScratchPool): GzipMember {
  const memory = scratch.take(HEADER.length + entry.compressedSize + TRAILER_BYTES);
  let end = HEADER.copy(memory);
  return {
    push(chunk) {
      end += chunk.copy(memory, end);
    },
    get gzip() {
      memory.writeUInt32LE(entry.crc32, end);
      memory.writeUInt32LE(entry.uncompressedSize, end + 4);
      return memory.subarray(0, end + TRAILER_BYTES);
    },
    get mayBeSeveral() {
      return memory.subarray(HEADER.length, end).includes(BEHIND_EMPTY_MEMBER);
    },
    get deflated() {
      return memory.subarray(HEADER.length, end);
    },
    release: () => scratch.give(memory),
  };
}
