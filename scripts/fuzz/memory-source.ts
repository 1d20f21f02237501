import type { ByteSource } from '../../src/node/byte-source.js';
import type { Random } from './random.js';

/** What the memory of a chunk becomes when it may be used again: whoever still reads it gets this. */
const POISON = 0xee;

/** Bytes as a source that keeps to its contract to the letter: chunks of any length, whose memory is soon gone. */
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
      // Single bytes are for headers: by the megabyte they would only take time.
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
