/** The header of a stored block: a byte with the last-block flag and the type, the length, and the inverted length. */
const HEAD_BYTES = 5;
const LAST = 0b001;
const TYPE = 0b110;

/** The contents of a chunk of a deflate stream. */
export interface ReadBlocks {
  /** The stored bytes in order, as slices of the chunk. */
  stored: Buffer[];
  /** If another kind of block begins, the rest of the stream from there. Nothing may be pushed after that. */
  packed?: Buffer[];
}

/**
 * Reads the stored blocks at the start of a deflate stream. They are common, because images are compressed already, and
 * packers store what they cannot compress.
 */
export interface StoredBlocks {
  /** Takes the next bytes of the stream. */
  push(chunk: Buffer): ReadBlocks;
  /** Whether the last block of the stream has been read. Bytes behind it are harmless in an archive and are ignored. */
  isEnded(): boolean;
}

export function createStoredBlocks(): StoredBlocks {
  const head = Buffer.alloc(HEAD_BYTES);
  let headBytes = 0;
  /** How many bytes of the block are missing, and whether it is the last block of the stream. */
  let missing = 0;
  let isLast = false;

  /** Adds a byte of a block header. Returns false if it is not the header of a stored block. */
  const readHead = (byte: number): boolean => {
    head[headBytes++] = byte;
    if ((head.readUInt8(0) & TYPE) !== 0) return false;
    if (headBytes < HEAD_BYTES) return true;
    missing = head.readUInt16LE(1);
    // An invalid header is left to zlib, which reports the error when it inflates the rest.
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
