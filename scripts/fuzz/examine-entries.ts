import { crc32, inflateRawSync } from 'node:zlib';
import { directoryStartOf } from './anatomy.js';

/** What is true of an entry, whatever its headers say. */
export interface Examined {
  /** Whether its bytes have the length and CRC-32 that the central directory declares. */
  isIntact: boolean;
  /** Whether its bytes have the CRC-32 of its local header instead, which differs from that of the directory. */
  isRightInLocalHeader: boolean;
  /** Whether its packed and unpacked sizes are both 0. */
  isEmpty: boolean;
  /** Whether its mode says that it is neither a file nor a folder, but a device, for example. */
  isSpecial: boolean;
}

const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const HAS_DESCRIPTOR = 8;
const UNIX = 3;

/** Examines all entries in the central directory of an archive that does not contradict itself. */
export function examineEntries(bytes: Buffer): Examined[] {
  const examined: Examined[] = [];
  for (let at = directoryStartOf(bytes); at >= 0 && at + 46 <= bytes.length;) {
    if (bytes.readUInt32LE(at) !== CENTRAL) break;
    examined.push(examine(bytes, at));
    at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return examined;
}

function examine(bytes: Buffer, record: number): Examined {
  const type = (bytes.readUInt32LE(record + 38) >>> 16) & 0o170000;
  const isSpecial = bytes[record + 5] === UNIX && ![0, 0o040000, 0o100000].includes(type);
  const { packedBytes, length, offset } = placeOf(bytes, record);
  const isEmpty = packedBytes === 0 && length === 0;
  if (offset + 30 > bytes.length || bytes.readUInt32LE(offset) !== LOCAL) {
    return { isIntact: false, isRightInLocalHeader: false, isEmpty, isSpecial };
  }
  const start = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  const packed = bytes.subarray(start, start + packedBytes);
  const data = unpack(packed, bytes.readUInt16LE(record + 10), length);
  const crc = data?.length === length ? crc32(data) : undefined;
  const isIntact = crc === bytes.readUInt32LE(record + 16);
  // With a data descriptor, the local header contains no CRC-32.
  const hasLocalCrc = (bytes.readUInt16LE(offset + 6) & HAS_DESCRIPTOR) === 0;
  const isRightInLocalHeader = !isIntact && hasLocalCrc && crc === bytes.readUInt32LE(offset + 14);
  return { isIntact, isRightInLocalHeader, isEmpty, isSpecial };
}

/**
 * Reads the sizes and the offset of an entry. A field of 0xffffffff means that the value is in the ZIP64 extra field.
 */
function placeOf(bytes: Buffer, record: number): { packedBytes: number; length: number; offset: number } {
  const extra = record + 46 + bytes.readUInt16LE(record + 28);
  let at = extra + 4;
  const isLarge = at <= bytes.length && bytes.readUInt16LE(extra) === 1;
  const read = (field: number): number => {
    const value = bytes.readUInt32LE(record + field);
    if (value !== 0xffffffff || !isLarge || at + 8 > bytes.length) return value;
    at += 8;
    return Number(bytes.readBigUInt64LE(at - 8));
  };
  // The extra field contains the values in this order.
  const length = read(24);
  const packedBytes = read(20);
  return { packedBytes, length, offset: read(42) };
}

function unpack(packed: Buffer, method: number, length: number): Buffer | undefined {
  if (method === 0) return packed;
  if (method !== 8) return undefined;
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, length) });
  } catch {
    // The data is damaged.
    return undefined;
  }
}
