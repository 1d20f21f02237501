import { releaseMemory } from './release-memory.js';

/** A pool of reusable buffers in which bytes are collected. */
export interface ScratchPool {
  /** Returns a buffer of at least this many bytes. Its contents are undefined. */
  take(bytes: number): Buffer;
  give(buffer: Buffer): void;
}

const GRAIN_BYTES = 256 * 1024;
const MAX_FREE = 16;

/** Creates a pool that keeps some buffers, so that not every file leaves one to the garbage collector. */
export function createScratchPool(): ScratchPool {
  const free: Buffer[] = [];
  return {
    take(bytes) {
      const fitting = free.findIndex((buffer) => buffer.length >= bytes && buffer.length <= bytes * 2 + GRAIN_BYTES);
      const [buffer] = fitting === -1 ? [] : free.splice(fitting, 1);
      return buffer ?? Buffer.allocUnsafeSlow(Math.ceil(bytes / GRAIN_BYTES) * GRAIN_BYTES);
    },
    give(buffer) {
      free.push(buffer);
      if (free.length <= MAX_FREE) return;
      const [oldest] = free.splice(0, 1);
      if (oldest) releaseMemory(oldest);
    },
  };
}
