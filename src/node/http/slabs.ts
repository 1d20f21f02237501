/** A stretch of memory that is received into, handed on in slices, and used again when nobody needs them any more. */
export interface Slab {
  readonly bytes: Buffer;
  /** How many still need what is in it. */
  users: number;
}

/** Slabs that are free. */
export interface SlabPool {
  take(): Slab;
  give(slab: Slab): void;
}

/** Large enough for one write to be worth its call: half of it takes a tenth longer. A connection uses up to four. */
const SLAB_BYTES = 768 * 1024;
/** More than the connections of a run can use at a time: what is dropped has to be collected. */
const MAX_FREE = 256;

/**
 * Keeps memory in use instead of leaving it to the garbage collector: at a gigabyte a second, collecting the buffers
 * costs more than the transfer.
 */
export function createSlabPool(): SlabPool {
  const free: Slab[] = [];
  return {
    take: () => free.pop() ?? { bytes: Buffer.allocUnsafeSlow(SLAB_BYTES), users: 0 },
    give(slab) {
      if (free.length < MAX_FREE) free.push(slab);
    },
  };
}
