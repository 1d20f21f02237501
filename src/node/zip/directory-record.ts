import { decodeName } from './entry-name.js';
import { extraFields } from './extra-fields.js';

/** A record of the central directory, as it stands there. Offsets and sizes are in bytes. */
export interface DirectoryRecord {
  name: string;
  /** Which system it comes from, in the upper byte. */
  versionMadeBy: number;
  flags: number;
  method: number;
  crc32: number;
  compressedSize: number;
  uncompressedSize: number;
  externalAttributes: number;
  /** Where its local header begins. */
  offset: number;
}

export const RECORD_SIGNATURE = 0x02014b50;
/** Its fixed part. */
export const RECORD_BYTES = 46;
const ZIP64_FIELD = 0x0001;
/** What stands in a field of 32 bits whose value is in the ZIP64 field. */
const SEE_ZIP64 = 0xffffffff;

/** How long a record is, of which the fixed part is here. */
export function recordLengthAt(bytes: Buffer, at: number): number {
  return RECORD_BYTES + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
}

/** Reads a record that is here as a whole. */
export function parseRecord(bytes: Buffer, at: number): DirectoryRecord {
  const nameEnd = at + RECORD_BYTES + bytes.readUInt16LE(at + 28);
  const name = bytes.subarray(at + RECORD_BYTES, nameEnd);
  const extra = bytes.subarray(nameEnd, nameEnd + bytes.readUInt16LE(at + 30));
  const flags = bytes.readUInt16LE(at + 8);
  const record: DirectoryRecord = {
    name: decodeName(name, flags, extra),
    versionMadeBy: bytes.readUInt16LE(at + 4),
    flags,
    method: bytes.readUInt16LE(at + 10),
    crc32: bytes.readUInt32LE(at + 16),
    compressedSize: bytes.readUInt32LE(at + 20),
    uncompressedSize: bytes.readUInt32LE(at + 24),
    externalAttributes: bytes.readUInt32LE(at + 38),
    offset: bytes.readUInt32LE(at + 42),
  };
  widen(record, extra);
  return record;
}

/** Takes from the ZIP64 field what has no room in the record. It has only that, in this order. */
function widen(record: DirectoryRecord, extra: Buffer): void {
  const narrow = (['uncompressedSize', 'compressedSize', 'offset'] as const).filter((key) => record[key] === SEE_ZIP64);
  if (narrow.length === 0) return;
  const field = extraFields(extra).find(({ id }) => id === ZIP64_FIELD)?.data;
  for (const [index, key] of narrow.entries()) {
    // Where the field is too short, the value is what it says it is.
    if (field !== undefined && field.length >= 8 * (index + 1)) record[key] = Number(field.readBigUInt64LE(8 * index));
  }
}
