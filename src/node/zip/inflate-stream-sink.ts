import { createInflateRaw } from 'node:zlib';
import type { OutputFiles } from '../disk/output-files.js';
import { entryError, type ArchiveEntry } from './entry.js';
import { inflateError } from './inflate-sink.js';
import type { WrittenFile } from '../disk/written-file.js';
import type { Sink } from './sink.js';
import { createStoredSink } from './stored-sink.js';

const CHUNK_BYTES = 256 * 1024;

/** Inflates a large entry while it is received, in little memory. */
export function createInflateStreamSink(entry: ArchiveEntry, archive: string, path: string, files: OutputFiles): Sink {
  const stream = createInflateRaw({ chunkSize: CHUNK_BYTES });
  const unpacked = createStoredSink(path, files);
  let failure: { error: unknown } | undefined;
  let bytes = 0;

  const drain = async (): Promise<WrittenFile | undefined> => {
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > entry.uncompressedSize) {
          throw entryError(entry, archive, 'size-mismatch', `more than its ${entry.uncompressedSize} bytes came.`);
        }
        await unpacked.write(chunk);
      }
      return await unpacked.end();
    } catch (error) {
      failure = {
        error:
          error instanceof Error && 'errno' in error && !('path' in error)
            ? inflateError(entry, archive, error)
            : error,
      };
      await unpacked.discard();
      return undefined;
    }
  };
  const drained = drain();
  /** Pending writes. Closing the stream settles them too, because their callbacks may not be called then. */
  const writing = new Set<() => void>();
  stream.once('close', () => writing.forEach((settle) => settle()));

  return {
    write: (chunk) =>
      new Promise((resolve) => {
        if (failure !== undefined || stream.destroyed) {
          resolve();
          return;
        }
        const settle = () => {
          writing.delete(settle);
          resolve();
        };
        writing.add(settle);
        stream.write(chunk, settle);
      }),
    async end() {
      stream.end();
      const written = await drained;
      if (written === undefined) throw failure?.error;
      return written;
    },
    async discard() {
      stream.destroy();
      await drained;
      await unpacked.discard();
    },
  };
}
