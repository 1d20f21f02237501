import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, gunzip, inflateRaw, type Gunzip } from 'node:zlib';
import { createFileWriter } from '../disk/file-writer.js';
import type { OutputFiles } from '../disk/output-files.js';
import { releaseMemory } from '../budget/release-memory.js';
import type { ScratchPool } from '../budget/scratch.js';
import { createDeflatedBytes, type DeflatedBytes } from './deflated-bytes.js';
import type { ArchiveEntry } from './entry.js';
import { entryError, type Sink } from './sink.js';

const gunzipBytes = promisify(gunzip);
const inflateBytes = promisify(inflateRaw);

/** Up to this size, packed and unpacked, an entry is inflated in one call: that is faster, and takes its size in memory. */
export const WHOLE_INFLATE_BYTES = 4 * 1024 * 1024;
/** How far back a deflate stream may refer. */
const WINDOW_BYTES = 32 * 1024;

/** Inflates a small deflated entry in one call on another thread, and writes it. */
export function createInflateSink(
  entry: ArchiveEntry,
  archive: string,
  path: string,
  { files, scratch }: { files: OutputFiles; scratch: ScratchPool },
): Sink {
  const writer = createFileWriter(() => files.create(path));
  let deflated: DeflatedBytes | undefined = createDeflatedBytes(entry, scratch);

  const release = () => {
    deflated?.release();
    deflated = undefined;
  };

  return {
    write(chunk) {
      deflated?.push(chunk);
      return undefined;
    },
    async end() {
      if (deflated === undefined) throw new Error('A sink ends once.');
      const { stored } = deflated;
      const inflated = await inflateRest(entry, archive, deflated);
      if (stored.length > 0) await writer.write(stored);
      release();
      if (inflated.bytes.length > 0) await writer.write(inflated.bytes);
      releaseMemory(inflated.bytes);
      const file = await writer.end();
      const { mtimeMs } = await file.close();
      return { path, bytes: inflated.totalBytes, crc32: inflated.crc32, mtimeMs };
    },
    async discard() {
      await writer.abandon();
      release();
      await rm(path, { force: true });
    },
  };
}

interface Inflated {
  /** What lies behind the stored bytes. */
  bytes: Buffer;
  /** Of the whole file. */
  totalBytes: number;
  crc32: number;
}

async function inflateRest(entry: ArchiveEntry, archive: string, deflated: DeflatedBytes): Promise<Inflated> {
  const { stored, rest } = deflated;
  const missing = entry.uncompressedSize - stored.length;
  const storedCrc = crc32(stored);
  if (rest === undefined) return { bytes: Buffer.alloc(0), totalBytes: stored.length, crc32: storedCrc };
  const options = {
    maxOutputLength: Math.max(1, missing),
    // A buffer that the last byte fills up would be followed by another of the same size.
    chunkSize: Math.max(64, missing + 1),
  };
  if (stored.length === 0) {
    const bytes = await gunzipChecked(deflated, options);
    if (bytes !== undefined) return { bytes, totalBytes: bytes.length, crc32: entry.crc32 };
  }
  try {
    // What comes may repeat what was stored before it.
    const dictionary = stored.subarray(-WINDOW_BYTES);
    const bytes = await inflateBytes(rest, stored.length > 0 ? { ...options, dictionary } : options);
    return { bytes, totalBytes: stored.length + bytes.length, crc32: crc32(bytes, storedCrc) };
  } catch (error) {
    throw inflateError(entry, archive, error);
  }
}

/** Length and CRC-32 are checked on the other thread, too. Undefined when they are not right, or may not be. */
async function gunzipChecked(
  { gzip, mayBeSeveral }: DeflatedBytes,
  options: { maxOutputLength: number; chunkSize: number },
): Promise<Buffer | undefined> {
  if (mayBeSeveral) return undefined;
  try {
    // The types do not know what `info` does.
    const result: unknown = await gunzipBytes(gzip, { ...options, info: true });
    const { buffer, engine } = result as { buffer: Buffer; engine: Gunzip };
    // Bytes behind the end of the stream may pass for a trailer, and then the real one is not looked at.
    return engine.bytesWritten === gzip.length ? buffer : undefined;
  } catch {
    // What is wrong with it is found out without the frame, if anything is: bytes behind the end do no harm in an archive.
    return undefined;
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
