import { rm } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { createFileWriter } from '../disk/file-writer.js';
import type { OutputFiles } from '../disk/output-files.js';
import type { Sink } from './sink.js';

/** Writes the bytes as they come, straight from the buffers that they were received in. */
export function createStoredSink(path: string, files: OutputFiles): Sink {
  const writer = createFileWriter(() => files.create(path));
  let bytes = 0;
  let crc = 0;
  return {
    write(chunk) {
      bytes += chunk.length;
      crc = crc32(chunk, crc);
      return writer.write(chunk);
    },
    async end() {
      const file = await writer.end();
      const { mtimeMs } = await file.close();
      return { path, bytes, crc32: crc, mtimeMs };
    },
    async discard() {
      await writer.abandon();
      await rm(path, { force: true });
    },
  };
}
