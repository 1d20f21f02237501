import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { errnoOf, isFatalErrno, onDisk } from './file-system-error.js';

/** What a file on disk is compared with. */
export interface ExpectedFile {
  bytes: number;
  crc32: number;
  /** In epoch milliseconds. A file with this time and length is considered unchanged and is not read. */
  mtimeMs?: number | undefined;
}

/**
 * Checks whether a file exists and is intact. Resolves to the time of its last change, in epoch milliseconds, or to
 * undefined.
 */
export async function checkFile(path: string, expected: ExpectedFile): Promise<number | undefined> {
  return onDisk(path, async () => {
    try {
      const stats = await lstat(path);
      if (!stats.isFile() || stats.size !== expected.bytes) return undefined;
      const mtimeMs = Math.trunc(stats.mtimeMs);
      if (mtimeMs === expected.mtimeMs) return mtimeMs;
      return (await crc32Of(path)) === expected.crc32 ? mtimeMs : undefined;
    } catch (error) {
      // An error that concerns only this path means that there is no usable file. Errors of the whole disk are thrown.
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
