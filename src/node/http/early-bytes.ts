import type { Slab } from './slabs.js';

/** Buffers the body bytes that a connection receives before the body is read, in order. */
export interface EarlyBytes {
  isEmpty(): boolean;
  keep(bytes: Buffer, slab: Slab): void;
  /** Passes each buffer to `consume`. Its slab may be reused as soon as `consume` returns, unless it is held. */
  read(consume: (bytes: Buffer, slab: Slab) => void): void;
  drop(): void;
}

/** @param connection the owner of the slabs */
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
