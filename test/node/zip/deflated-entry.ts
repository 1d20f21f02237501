import { crc32 } from 'node:zlib';
import { createScratchPool, type ScratchPool } from '../../../src/node/scratch.js';
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

/** A pool that counts what is lent. */
export interface CountingPool extends ScratchPool {
  /** How often something was taken. */
  readonly taken: number;
  /** What was not given back, or given back without having been taken. */
  readonly missing: number;
}

export function createCountingPool(): CountingPool {
  const pool = createScratchPool();
  const lent = new Set<Buffer>();
  let taken = 0;
  let strange = 0;
  return {
    get taken() {
      return taken;
    },
    get missing() {
      return lent.size + strange;
    },
    take(bytes) {
      const buffer = pool.take(bytes);
      lent.add(buffer);
      taken++;
      return buffer;
    },
    give(buffer) {
      if (!lent.delete(buffer)) strange++;
      pool.give(buffer);
    },
  };
}
