import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import type { ZipEntry } from '../../test/helpers/node-zip.js';
import { packStoredFirst } from '../../test/node/zip/deflated-entry.js';
import type { Random } from './random.js';

/**
 * Packs the data of an entry so that the deflate stream is followed by other bytes, or looks like a part of a gzip
 * file, or begins with stored blocks.
 */
export function packOddly(entry: ZipEntry, random: Random): ZipEntry {
  const data = Buffer.from(entry.data ?? '');
  const isTrue = random.onceIn(2);
  return {
    ...entry,
    deflate: false,
    data: oddlyPacked(data, random),
    method: 8,
    crc: isTrue ? crc32(data) : random.below(2 ** 32),
    uncompressedSize: data.length,
  };
}

function oddlyPacked(data: Buffer, random: Random): Buffer {
  const stream = deflateRawSync(data);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(data), 0);
  trailer.writeUInt32LE(data.length, 4);
  switch (random.below(6)) {
    case 0:
      return Buffer.concat([stream, random.bytes(random.below(40))]);
    case 1:
      return Buffer.concat([stream, trailer, Buffer.alloc(random.below(20))]);
    case 2:
      return Buffer.concat([stream, trailer.subarray(0, random.below(9))]);
    case 3:
      return Buffer.concat([stream, trailer, gzipSync(random.bytes(random.below(40)))]);
    case 4: {
      // Stored blocks first; the deflated rest may refer back to them.
      const blocks = [data.subarray(0, random.below(data.length + 1))];
      return packStoredFirst(blocks, data.subarray(blocks[0]?.length));
    }
    default:
      // The end of an empty gzip member and the beginning of another one. They are complete with the gzip header and
      // trailer that a reader may add.
      return Buffer.concat([gzipSync('').subarray(10), gzipSync(data).subarray(0, -8)]);
  }
}
