import { setMaxListeners } from 'node:events';
import type { ByteSource } from '../byte-source.js';
import type { OutputFiles } from '../disk/output-files.js';
import { createSplitFile } from '../zip/split-file.js';
import type { ConnectionPool } from './connection-pool.js';
import type { FetchedFile } from './fetch-whole.js';

const PART_BYTES = 8 * 1024 * 1024;

/**
 * Copies a source into a file, over all connections that there are.
 *
 * @param path where to; a new file
 */
export async function fetchInParts(
  path: string,
  source: ByteSource,
  files: OutputFiles,
  pool: ConnectionPool,
  signal: AbortSignal,
): Promise<FetchedFile> {
  signal.throwIfAborted();
  const file = createSplitFile(path, files);
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const onAbort = () => stop.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });

  const fetchPart = async (from: number): Promise<void> => {
    const part = { from, to: Math.min(source.size, from + PART_BYTES) };
    const writer = file.openPart(part);
    try {
      await source.read(part.from, part.to, writer.write, stop.signal);
    } finally {
      await writer.end();
    }
  };
  const parts = Array.from({ length: Math.ceil(source.size / PART_BYTES) }, async (_, index) => {
    try {
      await pool.run(() => fetchPart(index * PART_BYTES), stop.signal);
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  });
  const results = await Promise.allSettled(parts);
  signal.removeEventListener('abort', onAbort);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed === undefined) return file.end();
  await file.discard();
  signal.throwIfAborted();
  throw stop.signal.reason;
}
