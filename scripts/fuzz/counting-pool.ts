import { createScratchPool, type ScratchPool } from '../../src/node/budget/scratch.js';

/** A scratch pool that counts the buffers taken from it. */
export interface CountingPool extends ScratchPool {
  /** How many buffers were taken. */
  readonly taken: number;
  /** How many buffers were not given back, or given back without having been taken. */
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
