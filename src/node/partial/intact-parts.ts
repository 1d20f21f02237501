import { lstat } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { ByteSource } from '../byte-source.js';
import { openFileSource } from '../disk/file-source.js';
import type { WrittenPart } from '../disk/split-file.js';

/**
 * The parts that are in a file as they were noted, in order and none of it twice: each is read, because the CRC-32 of
 * the whole is put together from theirs.
 *
 * @param size what the file may have at most, in bytes
 * @throws when the file cannot be read
 */
export async function intactParts(
  path: string,
  size: number,
  noted: readonly WrittenPart[],
  signal: AbortSignal,
): Promise<WrittenPart[]> {
  const stats = await lstat(path);
  // It will be written to: a file that has another name as well, or lies behind a link, may be somebody else's.
  if (!stats.isFile() || stats.nlink > 1 || stats.size > size) return [];
  const file = await openFileSource(path);
  try {
    const intact: WrittenPart[] = [];
    let end = 0;
    for (const part of noted.toSorted((one, other) => one.from - other.from)) {
      if (part.from < end || part.from + part.bytes > file.size) continue;
      if ((await crc32Of(file, part, signal)) !== part.crc32) continue;
      intact.push(part);
      end = part.from + part.bytes;
    }
    return intact;
  } finally {
    await file.close();
  }
}

async function crc32Of(file: ByteSource, { from, bytes }: WrittenPart, signal: AbortSignal): Promise<number> {
  let crc = 0;
  const add = (chunk: Buffer): undefined => void (crc = crc32(chunk, crc));
  await file.read(from, from + bytes, add, signal);
  return crc;
}
