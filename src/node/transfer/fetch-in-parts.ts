import { setMaxListeners } from 'node:events';
import type { ByteSource } from '../byte-source.js';
import type { Part, SplitFile } from '../disk/split-file.js';
import type { ConnectionPool } from './connection-pool.js';
import type { WrittenFile } from '../disk/written-file.js';

const PART_BYTES = 8 * 1024 * 1024;

/**
 * Copies ranges of a source into a file, over all connections of the pool.
 *
 * @param file closed with what was written so far when this rejects
 * @param missing the ranges of the source that the file does not contain yet
 */
export async function fetchInParts(
  file: SplitFile,
  missing: readonly Part[],
  source: ByteSource,
  pool: ConnectionPool,
  signal: AbortSignal,
): Promise<WrittenFile> {
  signal.throwIfAborted();
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const onAbort = () => stop.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });

  const fetchPart = async (part: Part): Promise<void> => {
    const writer = file.openPart(part);
    try {
      await source.read(part.from, part.to, writer.write, stop.signal);
    } finally {
      await writer.end();
    }
  };
  const parts = missing.flatMap(cut).map(async (part) => {
    try {
      await pool.run(() => fetchPart(part), stop.signal);
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  });
  const results = await Promise.allSettled(parts);
  signal.removeEventListener('abort', onAbort);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed === undefined) return file.end();
  await file.close();
  signal.throwIfAborted();
  throw stop.signal.reason;
}

/** Cuts a range into parts that are short enough that losing one costs little. */
function cut({ from, to }: Part): Part[] {
  return Array.from({ length: Math.ceil((to - from) / PART_BYTES) }, (_, index) => {
    const start = from + index * PART_BYTES;
    return { from: start, to: Math.min(to, start + PART_BYTES) };
  });
}
