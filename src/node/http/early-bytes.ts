import type { Slab } from './slabs.js';

/** What a connection has brought of a body before there is somebody to read it, in order. */
export interface EarlyBytes {
  isEmpty(): boolean;
  keep(bytes: Buffer, slab: Slab): void;
  /** Hands them on one by one. The slab may be used for something else after each: nothing must be left in it. */
  read(consume: (bytes: Buffer, slab: Slab) => void): void;
  drop(): void;
}

/** @param connection whose slabs they lie in */
export function createEarlyBytes(connection: Record<'hold' | 'release', (slab: Slab) => void>): EarlyBytes {
  const waiting: { bytes: Buffer; slab: Slab }[] = [];
  return {
    isEmpty: () => waiting.length === 0,
    keep(bytes, slab) {
      connection.hold(slab);
      waiting.push({ bytes, slab });
    },
    read(consume) {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        try {
          consume(next.bytes, next.slab);
        } finally {
          connection.release(next.slab);
        }
      }
    },
    drop() {
      for (const { slab } of waiting.splice(0)) connection.release(slab);
    },
  };
}
