import type { Pixels } from './pixels.js';

const SHORT = 3;
const LONG = 4;
const HEADER_BYTES = 8;

/** Encodes an image as TIFF: little-endian, with one uncompressed strip. */
export function encodeTiff({ size, rgb }: Pixels): Buffer {
  const bitsAt = HEADER_BYTES + rgb.length;
  const directoryAt = bitsAt + 6 + (rgb.length % 2);
  const fields: readonly (readonly [tag: number, type: number, count: number, value: number])[] = [
    [256, LONG, 1, size], // width
    [257, LONG, 1, size], // height
    [258, SHORT, 3, bitsAt], // offset of the bits per channel
    [259, SHORT, 1, 1], // not compressed
    [262, SHORT, 1, 2], // RGB
    [273, LONG, 1, HEADER_BYTES], // offset of the strip
    [277, SHORT, 1, 3], // channels
    [278, LONG, 1, size], // rows in the strip
    [279, LONG, 1, rgb.length], // bytes in the strip
  ];
  const file = Buffer.alloc(directoryAt + 2 + fields.length * 12 + 4);
  file.write('II', 'latin1');
  file.writeUInt16LE(42, 2);
  file.writeUInt32LE(directoryAt, 4);
  rgb.copy(file, HEADER_BYTES);
  for (let channel = 0; channel < 3; channel++) file.writeUInt16LE(8, bitsAt + channel * 2);
  file.writeUInt16LE(fields.length, directoryAt);
  fields.forEach(([tag, type, count, value], index) => {
    const at = directoryAt + 2 + index * 12;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(type, at + 2);
    file.writeUInt32LE(count, at + 4);
    file.writeUInt32LE(value, at + 8);
  });
  return file;
}
