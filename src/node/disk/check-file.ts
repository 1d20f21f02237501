import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { errnoOf, isFatalErrno, onDisk } from './file-system-error.js';

/** What a file must be. */
export interface ExpectedFile {
  bytes: number;
  crc32: number;
  /** Epoch milliseconds. A file of this time and length is taken for unchanged, and not read. */
  mtimeMs?: number | undefined;
}

/** When the file was last written, in epoch milliseconds, if it is there and intact; undefined if it is not. */
export async function checkFile(path: string, expected: ExpectedFile): Promise<number | undefined> {
  return onDisk(path, async () => {
    try {
      const stats = await lstat(path);
      if (!stats.isFile() || stats.size !== expected.bytes) return undefined;
      const mtimeMs = Math.trunc(stats.mtimeMs);
      if (mtimeMs === expected.mtimeMs) return mtimeMs;
      return (await crc32Of(path)) === expected.crc32 ? mtimeMs : undefined;
    } catch (error) {
      // Whatever is the matter with one path: the file is not there. What concerns the disk as a whole is another thing.
      if (errnoOf(error) !== undefined && !isFatalErrno(errnoOf(error))) return undefined;
      throw error;
    }
  });
}

/** The CRC-32 of a file's bytes. */
async function crc32Of(path: string): Promise<number> {
  let crc = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    crc = crc32(chunk, crc);
  }
  return crc;
}
