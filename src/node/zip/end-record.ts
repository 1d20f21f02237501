import { ArchiveError } from '../../errors.js';
import { readBytes, type ByteSource } from '../byte-source.js';

/** The position and size of a central directory, from the end record. */
export interface EndRecord {
  /** Where the directory begins, in bytes. */
  start: number;
  /** How many records the directory has. */
  count: number;
}

const SIGNATURE = Buffer.from('PK\x05\x06', 'latin1');
const BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
/** The locator directly before the end record holds the offset of the ZIP64 end record. */
const LOCATOR_SIGNATURE = 0x07064b50;
const LOCATOR_BYTES = 20;
const ZIP64_SIGNATURE = 0x06064b50;
const ZIP64_BYTES = 56;

/**
 * Reads the end of central directory record, or the ZIP64 one if there is one. Undefined if the file does not end with
 * an end record.
 *
 * @throws {ArchiveError} when the ZIP64 record is missing, or the archive is one of several volumes
 */
export async function readEndRecord(source: ByteSource, signal: AbortSignal): Promise<EndRecord | undefined> {
  const tailStart = Math.max(0, source.size - LOCATOR_BYTES - BYTES - MAX_COMMENT_BYTES);
  const tail = await readBytes(source, tailStart, source.size, signal);
  const at = findEndRecord(tail);
  if (at === undefined) return undefined;
  const locator = at - LOCATOR_BYTES;
  if (locator >= 0 && tail.readUInt32LE(locator) === LOCATOR_SIGNATURE) {
    return readZip64Record(source, Number(tail.readBigUInt64LE(locator + 8)), signal);
  }
  assertOneDisk(source, tail.readUInt16LE(at + 4));
  return { start: tail.readUInt32LE(at + 16), count: tail.readUInt16LE(at + 10) };
}

/**
 * Finds the last end record whose comment extends exactly to the end of the file, because the signature may also occur
 * within a comment.
 */
function findEndRecord(tail: Buffer): number | undefined {
  for (let before = tail.length; before > 0;) {
    const at = tail.lastIndexOf(SIGNATURE, before - 1);
    if (at === -1) return undefined;
    if (at + BYTES <= tail.length && at + BYTES + tail.readUInt16LE(at + 20) === tail.length) return at;
    before = at;
  }
  return undefined;
}

async function readZip64Record(source: ByteSource, start: number, signal: AbortSignal): Promise<EndRecord> {
  if (start + ZIP64_BYTES > source.size) throw damaged(source, 'its ZIP64 end record is missing');
  const record = await readBytes(source, start, start + ZIP64_BYTES, signal);
  if (record.readUInt32LE(0) !== ZIP64_SIGNATURE) throw damaged(source, 'its ZIP64 end record is missing');
  assertOneDisk(source, record.readUInt32LE(16));
  return { start: Number(record.readBigUInt64LE(48)), count: Number(record.readBigUInt64LE(32)) };
}

function assertOneDisk(source: ByteSource, disk: number): void {
  if (disk !== 0) throw damaged(source, 'the archive is one of several volumes');
}

/** Creates the error for a central directory that cannot be read. */
export function damaged({ label }: ByteSource, what: string): ArchiveError {
  return new ArchiveError(`${label}: its central directory is damaged: ${what}.`, {
    path: label,
    reason: 'invalid-data',
  });
}
