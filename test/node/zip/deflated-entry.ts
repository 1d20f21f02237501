import { crc32 } from 'node:zlib';
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
