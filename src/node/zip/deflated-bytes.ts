import type { ScratchPool } from '../budget/scratch.js';
import type { ArchiveEntry } from './entry.js';

/** The header of a gzip file, before the packed bytes. */
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
const GZIP_TRAILER_BYTES = 8;
/** The end of an empty gzip file, and the beginning of the one behind it. */
const BEHIND_EMPTY_FILE = Buffer.from([0, 0, 0, 0, 0x1f, 0x8b, 8]);
/** A stream that says nothing for longer takes some effort, and all that comes of it is a file of the right CRC-32. */
const MAX_EMPTY_BYTES = 64 * 1024;

/** The head of a stored block: three bits for last and type, and from the next byte on its length and that inverted. */
const BLOCK_HEAD_BYTES = 5;
const LAST = 0b001;
const TYPE = 0b110;

/** The packed bytes of a deflated entry, and what of them is not packed at all. */
export interface DeflatedBytes {
  /** Adds packed bytes, in order. */
  push(chunk: Buffer): void;
  /**
   * The file as far as it lies in the stored blocks that the stream begins with: pictures are packed already, and a
   * packer that finds nothing to gain stores them.
   */
  readonly stored: Buffer;
  /** The packed bytes behind them; undefined when the last of them ends the stream. */
  readonly rest: Buffer | undefined;
  /** `rest` as a gzip file with the CRC-32 and the length of the entry. Only of use where nothing is stored. */
  readonly gzip: Buffer;
  /** Whether that may be read as several files, the first of them empty. An archive knows no such thing. */
  readonly mayBeSeveral: boolean;
  /** Gives the memory back. */
  release(): void;
}

/** Collects the packed bytes of an entry of less than 4 GiB. Stored blocks are put together as they come. */
export function createDeflatedBytes(entry: ArchiveEntry, scratch: ScratchPool): DeflatedBytes {
  const memory = scratch.take(GZIP_HEADER.length + entry.compressedSize + GZIP_TRAILER_BYTES);
  const start = GZIP_HEADER.copy(memory);
  let end = start;
  /** Where the first block begins that is not stored; undefined as long as none is known. */
  let packedAt: number | undefined;
  const head = Buffer.alloc(BLOCK_HEAD_BYTES);
  let headBytes = 0;
  /** How much of the stored block is still to come, and whether the stream ends with it. */
  let missing = 0;
  let isLast = false;

  const endStored = () => {
    packedAt = end;
    end += head.copy(memory, end, 0, headBytes);
  };
  const readHead = (byte: number) => {
    head[headBytes++] = byte;
    if ((byte & TYPE) !== 0 && headBytes === 1) endStored();
    if (headBytes < BLOCK_HEAD_BYTES || packedAt !== undefined) return;
    missing = head.readUInt16LE(1);
    // What is no block is found out when the rest is inflated.
    if (missing !== (~head.readUInt16LE(3) & 0xffff)) endStored();
    else isLast = (head.readUInt8(0) & LAST) !== 0;
    headBytes = 0;
  };

  return {
    push(chunk) {
      let at = 0;
      while (at < chunk.length && packedAt === undefined) {
        if (missing === 0) {
          // Bytes behind the end of the stream do no harm in an archive.
          if (isLast) return;
          readHead(chunk.readUInt8(at++));
          continue;
        }
        const copied = chunk.copy(memory, end, at, at + missing);
        at += copied;
        end += copied;
        missing -= copied;
      }
      end += chunk.copy(memory, end, at);
    },
    get stored() {
      return memory.subarray(start, packedAt ?? end);
    },
    get rest() {
      return isLast && missing === 0 && packedAt === undefined ? undefined : memory.subarray(packedAt ?? end, end);
    },
    get gzip() {
      memory.writeUInt32LE(entry.crc32, end);
      memory.writeUInt32LE(entry.uncompressedSize, end + 4);
      return memory.subarray(0, end + GZIP_TRAILER_BYTES);
    },
    get mayBeSeveral() {
      return memory.subarray(start, Math.min(end, start + MAX_EMPTY_BYTES)).includes(BEHIND_EMPTY_FILE);
    },
    release: () => scratch.give(memory),
  };
}
