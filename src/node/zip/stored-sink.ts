import { rm } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { createFileWriter, type FileWriter } from '../disk/file-writer.js';
import type { OutputFiles } from '../disk/output-files.js';
import type { Written } from '../disk/written-file.js';
import type { Sink } from './sink.js';

/** Up to this size, what comes in one chunk becomes a file in one go. */
const WHOLE_WRITE_BYTES = 64 * 1024;

/**
 * Writes the bytes as they come, straight from the buffers that they were received in.
 *
 * @param size how many will come; undefined when that is not known
 */
export function createStoredSink(path: string, files: OutputFiles, size?: number): Sink {
  // Of no use to what comes in one chunk.
  let writer: FileWriter | undefined;
  const toWriter = () => (writer ??= createFileWriter(() => files.create(path)));
  let whole: Written | Promise<Written> | undefined;
  let failure: { error: unknown } | undefined;
  let bytes = 0;
  let crc = 0;
  const closeWriter = async () => (await toWriter().end()).close();
  return {
    write(chunk) {
      bytes += chunk.length;
      crc = crc32(chunk, crc);
      if (chunk.length !== size || size > WHOLE_WRITE_BYTES) return toWriter().write(chunk);
      try {
        const written = files.write(path, chunk);
        whole = written;
        return written instanceof Promise ? written.then(ignore, ignore) : undefined;
      } catch (error) {
        failure = { error };
        return undefined;
      }
    },
    async end() {
      if (failure !== undefined) throw failure.error;
      const { mtimeMs } = await (whole ?? closeWriter());
      return { path, bytes, crc32: crc, mtimeMs };
    },
    async discard() {
      await writer?.abandon();
      if (whole instanceof Promise) await whole.catch(ignore);
      await rm(path, { force: true });
    },
  };
}

/** Whoever calls `end` hears of it. */
const ignore = () => undefined;
