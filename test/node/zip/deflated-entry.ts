import { crc32, deflateRawSync } from 'node:zlib';
import type { ArchiveEntry } from '../../../src/node/zip/entry.js';

/** A deflated entry of these packed bytes, that says that `data` is in it. */
export function createEntry(packed: Buffer, { data }: { data: Buffer }): ArchiveEntry {
  return {
    index: 0,
    name: 'entry',
    occurrence: 0,
    offset: 0,
    limit: packed.length + 100,
    compressedSize: packed.length,
    uncompressedSize: data.length,
    crc32: crc32(data),
    isDeflated: true,
    problem: undefined,
  };
}

/** A stream whose first blocks are stored; the rest is packed, and may repeat what is in them. */
export function packStoredFirst(blocks: readonly Buffer[], rest: Buffer): Buffer {
  const stored = blocks.map((block) => {
    const head = Buffer.alloc(5);
    head.writeUInt16LE(block.length, 1);
    head.writeUInt16LE(~block.length & 0xffff, 3);
    return Buffer.concat([head, block]);
  });
  const dictionary = Buffer.concat(blocks).subarray(-32_768);
  return Buffer.concat([...stored, deflateRawSync(rest, { dictionary })]);
}
