import { crc32, deflateRawSync } from 'node:zlib';

/** An entry as it shall be written: right where nothing else is said. */
export interface ZipEntry {
  name: string | Buffer;
  data?: Buffer | string;
  deflate?: boolean;
  /** Whether the name says that it is UTF-8. Default true. */
  utf8?: boolean;
  /** Sizes and CRC come behind the data, and are 0 in the local header. */
  descriptor?: boolean;
  zip64?: boolean;
  /** In the local header only, of this many bytes. */
  localExtra?: number;
  /** Where they are set, they replace what is true, in the central directory. */
  crc?: number;
  compressedSize?: number;
  uncompressedSize?: number;
  method?: number;
  flags?: number;
  /** Fields in the central directory, behind that of ZIP64. */
  extra?: Buffer;
  /** Unix mode with the type of the file. */
  mode?: number;
  /** Of the local header. */
  offset?: number;
  /** Whether the entry has bytes of its own. False: only a line in the central directory. */
  written?: boolean;
  /** Bytes before its local header that belong to nobody. */
  gap?: number;
}

/** Writes a ZIP archive, right or wrong. */
export function makeZip(
  entries: readonly ZipEntry[],
  { zip64 = false, comment = '' }: { zip64?: boolean; comment?: string } = {},
): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  const push = (bytes: Buffer) => {
    parts.push(bytes);
    at += bytes.length;
  };
  for (const entry of entries) {
    const name = typeof entry.name === 'string' ? Buffer.from(entry.name) : entry.name;
    const data = Buffer.from(entry.data ?? '');
    const packed = entry.deflate ? deflateRawSync(data) : data;
    const crc = crc32(data);
    const flags = entry.flags ?? (entry.utf8 === false ? 0 : 0x800) | (entry.descriptor ? 8 : 0);
    const method = entry.method ?? (entry.deflate ? 8 : 0);
    if (entry.gap) push(Buffer.alloc(entry.gap, 0xaa));
    const offset = entry.offset ?? at;
    if (entry.written !== false) {
      const sizes = entry.descriptor ? [0, 0, 0] : [crc, packed.length, data.length];
      const extra = Buffer.alloc(entry.localExtra ?? 0, 0);
      if (extra.length >= 4) extra.writeUInt16LE(extra.length - 4, 2);
      push(
        Buffer.concat([
          fixed(0x04034b50, [[2, 20], [2, flags], [2, method], [4, 0], ...words(sizes)]),
          u16(name.length),
          u16(extra.length),
          name,
          extra,
        ]),
      );
      push(packed);
      if (entry.descriptor) push(fixed(0x08074b50, words([crc, packed.length, data.length])));
    }
    const compressed = entry.compressedSize ?? packed.length;
    const uncompressed = entry.uncompressedSize ?? data.length;
    const large = entry.zip64 ?? zip64;
    const sizes = large ? [u16(1), u16(24), u64(uncompressed), u64(compressed), u64(offset)] : [];
    const extra = Buffer.concat([...sizes, entry.extra ?? Buffer.alloc(0)]);
    directory.push(
      fixed(0x02014b50, [
        [2, (3 << 8) | 45],
        [2, 45],
        [2, flags],
        [2, method],
        [4, 0],
        [4, entry.crc ?? crc],
        [4, large ? 0xffffffff : compressed],
        [4, large ? 0xffffffff : uncompressed],
        [2, name.length],
        [2, extra.length],
        [2, 0],
        [2, 0],
        [2, 0],
        [4, ((entry.mode ?? 0o100644) << 16) >>> 0],
        [4, large ? 0xffffffff : offset],
      ]),
      name,
      extra,
    );
  }
  const start = at;
  const records = Buffer.concat(directory);
  push(records);
  if (zip64) {
    const record = at;
    push(
      Buffer.concat([
        fixed(0x06064b50, []),
        u64(44),
        fixed(undefined, [
          [2, 45],
          [2, 45],
          [4, 0],
          [4, 0],
        ]),
        u64(entries.length),
        u64(entries.length),
        u64(records.length),
        u64(start),
      ]),
    );
    push(Buffer.concat([fixed(0x07064b50, [[4, 0]]), u64(record), fixed(undefined, [[4, 1]])]));
  }
  const count = zip64 ? 0xffff : entries.length;
  push(
    fixed(0x06054b50, [
      [2, 0],
      [2, 0],
      [2, count],
      [2, count],
      [4, zip64 ? 0xffffffff : records.length],
      [4, zip64 ? 0xffffffff : start],
      [2, comment.length],
    ]),
  );
  push(Buffer.from(comment, 'latin1'));
  return Buffer.concat(parts);
}

/** Bytes that look random and are the same each time. */
export function noise(length: number, seed = 1): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let state = seed * 2654435761 + 1;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

function words(values: readonly number[]): [number, number][] {
  return values.map((value) => [4, value]);
}

function fixed(signature: number | undefined, fields: readonly (readonly [number, number])[]): Buffer {
  const all = signature === undefined ? fields : [[4, signature] as const, ...fields];
  return Buffer.concat(all.map(([size, value]) => (size === 2 ? u16(value) : u32(value))));
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
