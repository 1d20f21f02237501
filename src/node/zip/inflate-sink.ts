import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, gunzip, inflateRaw, type Gunzip } from 'node:zlib';
import { createFileWriter } from '../disk/file-writer.js';
import type { OutputFiles } from '../disk/output-files.js';
import { releaseMemory } from '../release-memory.js';
import type { ScratchPool } from '../scratch.js';
import type { ArchiveEntry } from './entry.js';
import { createGzipMember, type GzipMember } from './gzip-member.js';
import { entryError, type Sink } from './sink.js';

const gunzipBytes = promisify(gunzip);
const inflateBytes = promisify(inflateRaw);

/** Up to this size, packed and unpacked, an entry is inflated in one call: that is faster, and takes its size in memory. */
export const WHOLE_INFLATE_BYTES = 4 * 1024 * 1024;

/** Inflates a small deflated entry in one call on another thread, and writes it. */
export function createInflateSink(
  entry: ArchiveEntry,
  archive: string,
  path: string,
  { files, scratch }: { files: OutputFiles; scratch: ScratchPool },
): Sink {
  const writer = createFileWriter(() => files.create(path));
  let member: GzipMember | undefined = createGzipMember(entry, scratch);

  const release = () => {
    member?.release();
    member = undefined;
  };

  return {
    write(chunk) {
      member?.push(chunk);
      return undefined;
    },
    async end() {
      if (member === undefined) throw new Error('A sink ends once.');
      const inflated = await inflateMember(entry, archive, member);
      release();
      await writer.write(inflated.bytes);
      const bytes = inflated.bytes.length;
      releaseMemory(inflated.bytes);
      const file = await writer.end();
      const { mtimeMs } = await file.close();
      return { path, bytes, crc32: inflated.crc32, mtimeMs };
    },
    async discard() {
      release();
      await writer.abandon();
      await rm(path, { force: true });
    },
  };
}

interface Inflated {
  bytes: Buffer;
  crc32: number;
}

async function inflateMember(entry: ArchiveEntry, archive: string, member: GzipMember): Promise<Inflated> {
  const { uncompressedSize } = entry;
  const options = {
    maxOutputLength: Math.max(1, uncompressedSize),
    // A buffer that the last byte fills up would be followed by another of the same size.
    chunkSize: Math.max(64, uncompressedSize + 1),
  };
  const { gzip } = member;
  try {
    // Length and CRC-32 are checked on the other thread, too. The types do not know what `info` does.
    const result: unknown = await gunzipBytes(gzip, { ...options, info: true });
    const { buffer, engine } = result as { buffer: Buffer; engine: Gunzip };
    // Bytes behind the end of the stream may pass for a trailer, and then the real one is not looked at.
    if (engine.bytesWritten === gzip.length && !member.mayBeSeveral) return { bytes: buffer, crc32: entry.crc32 };
  } catch {
    // What is wrong with it is found out below, if anything is: bytes behind the end of the stream do no harm in an archive.
  }
  try {
    const bytes = await inflateBytes(member.deflated, options);
    return { bytes, crc32: crc32(bytes) };
  } catch (error) {
    throw inflateError(entry, archive, error);
  }
}

/** What zlib says, as an error of the entry. */
export function inflateError(entry: ArchiveEntry, archive: string, error: unknown): Error {
  if (error instanceof RangeError) {
    return entryError(entry, archive, 'size-mismatch', `more than its ${entry.uncompressedSize} bytes came.`);
  }
  const text = error instanceof Error ? error.message : String(error);
  return entryError(entry, archive, 'invalid-data', `it cannot be inflated: ${text}.`);
}
