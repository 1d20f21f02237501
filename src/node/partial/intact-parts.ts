import { lstat } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { ByteSource } from '../byte-source.js';
import { openFileSource } from '../disk/file-source.js';
import type { WrittenPart } from '../disk/split-file.js';

/**
 * Finds the noted parts that are intact in a file, in order and without overlaps. Each part is read, because the CRC-32
 * of the whole file is combined from those of the parts.
 *
 * @param size the most bytes that the file may have
 * @throws when the file cannot be read
 */
export async function intactParts(
  path: string,
  size: number,
  noted: readonly WrittenPart[],
  signal: AbortSignal,
): Promise<WrittenPart[]> {
  const stats = await lstat(path);
  // The file will be written to. With a second hard link or behind a symbolic link, it may not belong to this package.
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
