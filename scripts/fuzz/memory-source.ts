import type { ByteSource } from '../../src/node/byte-source.js';
import type { Random } from './random.js';

/** Overwrites a chunk after it was consumed, so that code that keeps a reference to it reads wrong bytes. */
const POISON = 0xee;

/** Creates a source that guarantees no more than its contract: chunks have any length, and their memory is reused. */
export function createMemorySource(bytes: Buffer, random: Random): ByteSource {
  const usual = random.pick([1, 7, 64, 4096, 65_536]);
  return {
    size: bytes.length,
    label: 'archive.zip',
    forget: () => Promise.resolve(),
    async read(start, end, consume, signal) {
      if (!(start >= 0 && start <= end && end <= bytes.length)) {
        throw new RangeError(`Bytes ${start} to ${end} were asked for, of ${bytes.length}.`);
      }
      // Very small chunks are only useful for headers. For large ranges they would just take time.
      const least = Math.ceil((end - start) / 400);
      for (let at = start; at < end;) {
        signal.throwIfAborted();
        const chunk = Buffer.from(bytes.subarray(at, Math.min(end, at + Math.max(least, 1 + random.below(usual)))));
        at += chunk.length;
        await consume(chunk);
        chunk.fill(POISON);
      }
    },
  };
}
