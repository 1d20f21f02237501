/** A way in which an archive contradicts itself, although a lenient reader may still find its files. */
export type Oddity = 'bytes-behind-end' | 'moved' | 'miscounted' | 'torn' | 'several-disks' | 'disk-count' | 'no-end-record'; // prettier-ignore

const CENTRAL = 0x02014b50;
const END_BYTES = 22;
const END64_BYTES = 56;
const LOCATOR_BYTES = 20;

/** The contents of an archive's end records. */
interface End {
  oddities: Set<Oddity>;
  /** Offset at which the central directory ends and the end records begin. */
  directoryEnd: number;
  count: number;
  size: number;
}

/** Finds the contradictions in an archive as a lenient reader sees it: backwards from its last end record. */
export function odditiesOf(bytes: Buffer): Set<Oddity> {
  const end = readEnd(bytes);
  if (end === undefined) return new Set(['no-end-record']);
  const { oddities, directoryEnd, count, size } = end;
  const records = walkRecords(bytes, directoryEnd - size);
  if (records.count !== count) oddities.add('miscounted');
  if (records.end !== directoryEnd) oddities.add('torn');
  return oddities;
}

/** Returns the offset of the central directory; -1 when the archive has no end record. */
export function directoryStartOf(bytes: Buffer): number {
  const end = readEnd(bytes);
  return end === undefined ? -1 : end.directoryEnd - end.size;
}

function readEnd(bytes: Buffer): End | undefined {
  const oddities = new Set<Oddity>();
  const end = bytes.lastIndexOf('PK\x05\x06');
  if (end === -1 || end + END_BYTES > bytes.length) return undefined;
  if (end + END_BYTES + bytes.readUInt16LE(end + 20) !== bytes.length) oddities.add('bytes-behind-end');

  let directoryEnd = end;
  let count = bytes.readUInt16LE(end + 10);
  let size = bytes.readUInt32LE(end + 12);
  let offset = bytes.readUInt32LE(end + 16);
  const end64 = end - LOCATOR_BYTES - END64_BYTES;
  if (
    end64 >= 0 &&
    bytes.readUInt32LE(end64 + END64_BYTES) === 0x07064b50 &&
    bytes.readUInt32LE(end64) === 0x06064b50
  ) {
    directoryEnd = end64;
    count = Number(bytes.readBigUInt64LE(end64 + 32));
    size = Number(bytes.readBigUInt64LE(end64 + 40));
    offset = Number(bytes.readBigUInt64LE(end64 + 48));
    if (Number(bytes.readBigUInt64LE(end64 + END64_BYTES + 8)) !== end64) oddities.add('moved');
    if (bytes.readUInt32LE(end64 + END64_BYTES + 16) !== 1) oddities.add('disk-count');
    if (bytes.readUInt32LE(end64 + 16) !== 0) oddities.add('several-disks');
  }
  if (directoryEnd - size !== offset) oddities.add('moved');
  if (bytes.readUInt16LE(end + 4) !== 0) oddities.add('several-disks');
  return { oddities, directoryEnd, count, size };
}

function walkRecords(bytes: Buffer, start: number): { count: number; end: number } {
  let at = start;
  let count = 0;
  for (; at >= 0 && at + 46 <= bytes.length && bytes.readUInt32LE(at) === CENTRAL; count++) {
    at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return { count, end: at };
}
