import { decodeName } from './entry-name.js';
import { extraFields } from './extra-fields.js';

/** A record of the central directory, not validated yet. Offsets and sizes are in bytes. */
export interface DirectoryRecord {
  name: string;
  /** The upper byte tells the system on which the entry was made. */
  versionMadeBy: number;
  flags: number;
  method: number;
  crc32: number;
  compressedSize: number;
  uncompressedSize: number;
  externalAttributes: number;
  /** Where the local header of the entry begins. */
  offset: number;
}

export const RECORD_SIGNATURE = 0x02014b50;
/** The length of the fixed part of a record. */
export const RECORD_BYTES = 46;
const ZIP64_FIELD = 0x0001;
/** The value of a 32-bit field whose real value is in the ZIP64 extra field. */
const SEE_ZIP64 = 0xffffffff;

/** The length in bytes of the record at `at`. Only its fixed part has to be in `bytes`. */
export function recordLengthAt(bytes: Buffer, at: number): number {
  return RECORD_BYTES + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
}

/** Parses the record at `at`, all of which has to be in `bytes`. */
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

/**
 * Replaces the values that do not fit into the record by those from its ZIP64 field, which contains only these values,
 * in this order.
 */
function widen(record: DirectoryRecord, extra: Buffer): void {
  const narrow = (['uncompressedSize', 'compressedSize', 'offset'] as const).filter((key) => record[key] === SEE_ZIP64);
  if (narrow.length === 0) return;
  const field = extraFields(extra).find(({ id }) => id === ZIP64_FIELD)?.data;
  for (const [index, key] of narrow.entries()) {
    // If the field is missing or too short, the value in the record is taken literally.
    if (field !== undefined && field.length >= 8 * (index + 1)) record[key] = Number(field.readBigUInt64LE(8 * index));
  }
}
