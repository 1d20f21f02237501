import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import type { OutputFiles } from '../disk/output-files.js';
import type { ArchiveEntry } from './entry.js';
import { entryError, type Sink } from './sink.js';
import { createStoredSink } from './stored-sink.js';

const inflate = promisify(inflateRaw);

/** Up to this size, packed and unpacked, an entry is inflated in one call: that is faster, and takes its size in memory. */
export const WHOLE_INFLATE_BYTES = 4 * 1024 * 1024;

/** Collects a small deflated entry, inflates it in one call on another thread, and writes it. */
export function createInflateSink(entry: ArchiveEntry, archive: string, path: string, files: OutputFiles): Sink {
  const packed: Buffer[] = [];
  const unpacked = createStoredSink(path, files);
  return {
    write: (chunk) => void packed.push(chunk),
    async end() {
      const bytes = await inflateWhole(entry, archive, packed);
      await unpacked.write(bytes);
      return unpacked.end();
    },
    async discard() {
      packed.length = 0;
      await unpacked.discard();
    },
  };
}

async function inflateWhole(entry: ArchiveEntry, archive: string, packed: readonly Buffer[]): Promise<Buffer> {
  const { uncompressedSize } = entry;
  const [only] = packed;
  try {
    return await inflate(only && packed.length === 1 ? only : Buffer.concat(packed), {
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
