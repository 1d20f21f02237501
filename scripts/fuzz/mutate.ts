import type { Random } from './random.js';

/** The offset and length of the fields in each kind of record. */
const RECORDS: readonly [signature: number, fields: readonly [number, number][]][] = [
  [0x02014b50, [[4, 2], [8, 2], [10, 2], [16, 4], [20, 4], [24, 4], [28, 2], [30, 2], [32, 2], [34, 2], [38, 4], [42, 4]]], // prettier-ignore
  [0x04034b50, [[6, 2], [8, 2], [14, 4], [18, 4], [22, 4], [26, 2], [28, 2]]], // prettier-ignore
  [0x06054b50, [[4, 2], [6, 2], [8, 2], [10, 2], [12, 4], [16, 4], [20, 2]]], // prettier-ignore
  [0x06064b50, [[4, 8], [16, 4], [20, 4], [24, 8], [32, 8], [40, 8], [48, 8]]], // prettier-ignore
  [
    0x07064b50,
    [
      [4, 4],
      [8, 8],
      [16, 4],
    ],
  ],
];

/** Damages an archive one to four times, in ways that accidents and attackers could. */
export function mutate(bytes: Buffer, random: Random): Buffer {
  let result: Buffer = Buffer.from(bytes);
  for (let left = 1 + random.below(4); left > 0; left--) result = mutateOnce(result, random);
  return result;
}

function mutateOnce(bytes: Buffer, random: Random): Buffer {
  const [from, to] = stretchOf(bytes, random);
  switch (random.below(14)) {
    case 0:
      return bytes.subarray(0, random.below(bytes.length + 1));
    case 1:
      return bytes.subarray(random.below(bytes.length + 1));
    case 2:
      return Buffer.concat([random.bytes(random.below(200)), bytes]);
    case 3:
      return Buffer.concat([bytes, random.bytes(random.below(200))]);
    case 4:
      return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
    case 5:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
    case 6:
      return bytes.fill(random.pick([0, 0xff]), from, to);
    case 7:
      return Buffer.concat([bytes, bytes]);
    case 8:
    case 9:
      for (let left = 1 + random.below(8); left > 0 && bytes.length > 0; left--) {
        const at = random.below(bytes.length);
        bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.below(8)), at);
      }
      return bytes;
    default:
      return changeField(bytes, random);
  }
}

function stretchOf(bytes: Buffer, random: Random): [number, number] {
  const from = random.below(bytes.length + 1);
  return [from, Math.min(bytes.length, from + random.below(random.onceIn(3) ? 2000 : 50))];
}

/** Writes an unusual value into a field of a record. Random changes would hardly ever hit one. */
function changeField(bytes: Buffer, random: Random): Buffer {
  const found: { at: number; fields: readonly [number, number][] }[] = [];
  for (let at = bytes.indexOf('PK'); at !== -1 && at + 4 <= bytes.length; at = bytes.indexOf('PK', at + 1)) {
    const record = RECORDS.find(([signature]) => bytes.readUInt32LE(at) === signature);
    if (record) found.push({ at, fields: record[1] });
  }
  const record = found[random.below(found.length)];
  const field = record?.fields[random.below(record.fields.length)];
  if (record === undefined || field === undefined) return bytes;
  const [offset, length] = field;
  const start = record.at + offset;
  if (start + length > bytes.length) return bytes;
  const size = Math.min(length, 4);
  const near = bytes.readUIntLE(start, size) + random.below(5) - 2;
  const value = random.pick([0, 1, near, near, bytes.length, 0xffff, 0x7fffffff, 0xffffffff, random.below(2 ** 32)]);
  bytes.writeUIntLE(((value % 2 ** (8 * size)) + 2 ** (8 * size)) % 2 ** (8 * size), start, size);
  if (length === 8) bytes.writeUInt32LE(random.onceIn(3) ? random.below(2 ** 32) : 0, start + 4);
  return bytes;
}
