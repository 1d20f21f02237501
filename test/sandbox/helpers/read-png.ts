import { crc32, inflateSync } from 'node:zlib';

export interface ReadPng {
  width: number;
  height: number;
  title: string;
  /** Red, green and blue, row by row. */
  rgb: Buffer;
}

/** Decodes a PNG of 8-bit RGB with the filters None and Sub. Throws when anything is wrong with it. */
export function readPng(bytes: Buffer): ReadPng {
  if (bytes.toString('latin1', 0, 8) !== '\x89PNG\r\n\x1a\n') throw new Error('signature');
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const body = bytes.subarray(at + 4, at + 8 + length);
    if (crc32(body) !== bytes.readUInt32BE(at + 8 + length)) throw new Error('CRC of a chunk');
    chunks.set(body.toString('latin1', 0, 4), body.subarray(4));
    at += 12 + length;
  }
  if ([...chunks.keys()].at(-1) !== 'IEND') throw new Error('no end');
  const header = chunks.get('IHDR')!;
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  if (header.toString('hex', 8) !== '0802000000') throw new Error('another kind of PNG');
  const text = chunks.get('iTXt')!;
  const title = text.toString('utf8', text.lastIndexOf(0) + 1);
  return { width, height, title, rgb: unfilter(inflateSync(chunks.get('IDAT')!), width, height) };
}

function unfilter(data: Buffer, width: number, height: number): Buffer {
  const row = width * 3;
  if (data.length !== height * (row + 1)) throw new Error('length of the pixels');
  const rgb = Buffer.alloc(height * row);
  for (let y = 0; y < height; y++) {
    const filter = data[y * (row + 1)]!;
    if (filter > 1) throw new Error('another filter');
    for (let x = 0; x < row; x++) {
      const left = filter === 1 && x >= 3 ? rgb[y * row + x - 3]! : 0;
      rgb[y * row + x] = data[y * (row + 1) + 1 + x]! + left;
    }
  }
  return rgb;
}
