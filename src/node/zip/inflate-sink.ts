import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import type { OutputFiles } from '../disk/output-files.js';
import { releaseMemory } from '../release-memory.js';
import type { ScratchPool } from '../scratch.js';
import type { ArchiveEntry } from './entry.js';
import { entryError, type Sink } from './sink.js';
import { createStoredSink } from './stored-sink.js';

const inflate = promisify(inflateRaw);

/** Up to this size, packed and unpacked, an entry is inflated in one call: that is faster, and takes its size in memory. */
export const WHOLE_INFLATE_BYTES = 4 * 1024 * 1024;

/** Inflates a small deflated entry in one call on another thread, and writes it. */
export function createInflateSink(
  entry: ArchiveEntry,
  archive: string,
  path: string,
  { files, scratch }: { files: OutputFiles; scratch: ScratchPool },
): Sink {
  const unpacked = createStoredSink(path, files);
  let packed: Buffer | undefined;
  let collected = 0;
  let work: Promise<void> | undefined;
  let failure: { error: unknown } | undefined;

  const inflateAndWrite = async (bytes: Buffer): Promise<void> => {
    try {
      const inflated = await inflateWhole(entry, archive, bytes);
      await unpacked.write(inflated);
      releaseMemory(inflated);
    } catch (error) {
      failure = { error };
    }
  };

  const giveBack = () => {
    if (packed) scratch.give(packed);
    packed = undefined;
  };

  return {
    write(chunk) {
      if (chunk.length === entry.compressedSize) return (work = inflateAndWrite(chunk));
      packed ??= scratch.take(entry.compressedSize);
      collected += chunk.copy(packed, collected);
      return undefined;
    },
    async end() {
      await (work ??= inflateAndWrite(packed?.subarray(0, collected) ?? Buffer.alloc(0)));
      giveBack();
      if (failure !== undefined) throw failure.error;
      return unpacked.end();
    },
    async discard() {
      await work;
      giveBack();
      await unpacked.discard();
    },
  };
}

async function inflateWhole(entry: ArchiveEntry, archive: string, packed: Buffer): Promise<Buffer> {
  const { uncompressedSize } = entry;
  try {
    return await inflate(packed, {
      maxOutputLength: Math.max(1, uncompressedSize),
      // A buffer that the last byte fills up would be followed by another of the same size.
      chunkSize: Math.max(64, uncompressedSize + 1),
    });
  } catch (error) {
    throw inflateError(entry, archive, error);
  }
}

/** What zlib says, as an error of the entry. */
export function inflateError(entry: ArchiveEntry, archive: string, error: unknown): Error {
  if (error instanceof RangeError) {
    return entryError(entry, archive, 'size-mismatch', `more than its ${entry.uncompressedSize} bytes came.`);
  }
  const text = error instanceof Error ? error.message : String(error);
  return entryError(entry, archive, 'invalid-data', `it cannot be inflated: ${text}.`);
}
