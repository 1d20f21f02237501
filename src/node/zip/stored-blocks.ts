/** The head of a stored block: three bits for last and type, and from the next byte on its length and that inverted. */
const HEAD_BYTES = 5;
const LAST = 0b001;
const TYPE = 0b110;

/** What a chunk of a deflate stream has in it. */
export interface ReadBlocks {
  /** Bytes of the file, in order: slices of the chunk. */
  stored: Buffer[];
  /** Where the stored blocks are over and something else begins, the stream from there on; the reader is done then. */
  packed?: Buffer[];
}

/**
 * Reads the stored blocks that a deflate stream begins with: pictures are packed already, and a packer that finds
 * nothing to gain stores them.
 */
export interface StoredBlocks {
  /** Takes the next bytes of the stream. */
  push(chunk: Buffer): ReadBlocks;
  /** Whether the last block of the stream is read. Bytes behind it do no harm in an archive, and are left out. */
  isEnded(): boolean;
}

export function createStoredBlocks(): StoredBlocks {
  const head = Buffer.alloc(HEAD_BYTES);
  let headBytes = 0;
  /** How much of the block is still to come, and whether the stream ends with it. */
  let missing = 0;
  let isLast = false;

  /** Takes a byte of a head. False when it is no stored block's. */
  const readHead = (byte: number): boolean => {
    head[headBytes++] = byte;
    if ((head.readUInt8(0) & TYPE) !== 0) return false;
    if (headBytes < HEAD_BYTES) return true;
    missing = head.readUInt16LE(1);
    // What is no block is found out by who inflates it.
    if (missing !== (~head.readUInt16LE(3) & 0xffff)) return false;
    isLast = (head.readUInt8(0) & LAST) !== 0;
    headBytes = 0;
    return true;
  };

  return {
    push(chunk) {
      const stored: Buffer[] = [];
      for (let at = 0; at < chunk.length;) {
        if (missing > 0) {
          const bytes = chunk.subarray(at, at + missing);
          stored.push(bytes);
          at += bytes.length;
          missing -= bytes.length;
          continue;
        }
        if (isLast) break;
        const isStored = readHead(chunk.readUInt8(at++));
        if (!isStored) return { stored, packed: [head.subarray(0, headBytes), chunk.subarray(at)] };
      }
      return { stored };
    },
    isEnded: () => isLast && missing === 0,
  };
}
