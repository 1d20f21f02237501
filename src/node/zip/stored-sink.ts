import { rm } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { createFileWriter } from '../disk/file-writer.js';
import type { OutputFiles } from '../disk/output-files.js';
import type { Sink } from './sink.js';

/** Up to this size, what comes in one chunk becomes a file in one go. */
const WHOLE_WRITE_BYTES = 64 * 1024;

/**
 * Writes the bytes as they come, straight from the buffers that they were received in.
 *
 * @param size how many will come; undefined when that is not known
 */
export function createStoredSink(path: string, files: OutputFiles, size?: number): Sink {
  const writer = createFileWriter(() => files.create(path));
  let whole: Promise<{ mtimeMs: number }> | undefined;
  let bytes = 0;
  let crc = 0;
  return {
    write(chunk) {
      bytes += chunk.length;
      crc = crc32(chunk, crc);
      if (chunk.length !== size || size > WHOLE_WRITE_BYTES) return writer.write(chunk);
      whole = files.write(path, chunk);
      return whole.then(ignore, ignore);
    },
    async end() {
      const { mtimeMs } = await (whole ?? writer.end().then((file) => file.close()));
      return { path, bytes, crc32: crc, mtimeMs };
    },
    async discard() {
      await writer.abandon();
      await whole?.catch(ignore);
      await rm(path, { force: true });
    },
  };
}

/** Whoever calls `end` hears of it. */
const ignore = () => undefined;
