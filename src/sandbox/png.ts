import { constants, crc32, deflateSync } from 'node:zlib';
import type { Pixels } from './pixels.js';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** The filter that stores each byte as the difference to the pixel on its left, with which gradients compress well. */
const FILTER_SUB = 1;
const BYTES_PER_PIXEL = 3;

/** Encodes an image as PNG, with `title` in an `iTXt` chunk. */
export function encodePng({ size, rgb }: Pixels, title: string): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.writeUInt8(8, 8); // bits per channel
  header.writeUInt8(2, 9); // RGB
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('iTXt', Buffer.from(`Title\0\0\0\0\0${title}`)),
    chunk('IDAT', deflateSync(filter(rgb, size), { level: constants.Z_BEST_SPEED })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function filter(rgb: Buffer, size: number): Buffer {
  const rowBytes = size * BYTES_PER_PIXEL;
  const filtered = Buffer.alloc(size * (rowBytes + 1));
  let offset = 0;
  for (let row = 0; row < size; row++) {
    filtered[offset++] = FILTER_SUB;
    for (let column = 0; column < rowBytes; column++) {
      const at = row * rowBytes + column;
      const left = column < BYTES_PER_PIXEL ? 0 : (rgb[at - BYTES_PER_PIXEL] ?? 0);
      filtered[offset++] = (rgb[at] ?? 0) - left;
    }
  }
  return filtered;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
