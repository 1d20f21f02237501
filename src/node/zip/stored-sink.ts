import { rm } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { createFileWriter, type FileWriter } from '../disk/file-writer.js';
import type { OutputFiles } from '../disk/output-files.js';
import type { Written } from '../disk/written-file.js';
import type { Sink } from './sink.js';

/** Up to this size, an entry that is received in one chunk is written to disk in one step. */
const WHOLE_WRITE_BYTES = 64 * 1024;

/**
 * Writes bytes unchanged, directly from the buffers in which they were received.
 *
 * @param size how many bytes will be written; undefined if that is not known
 */
export function createStoredSink(path: string, files: OutputFiles, size?: number): Sink {
  // Not created if everything is received in one small chunk.
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

/** Used where `end` reports the error. */
const ignore = () => undefined;
