import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, gunzip, inflateRaw, type Gunzip } from 'node:zlib';
import { createFileWriter } from '../disk/file-writer.js';
import type { OutputFiles } from '../disk/output-files.js';
import { releaseMemory } from '../budget/release-memory.js';
import type { ScratchPool } from '../budget/scratch.js';
import { entryError, type ArchiveEntry } from './entry.js';
import { createPackedBytes, type PackedBytes } from './packed-bytes.js';
import type { Sink } from './sink.js';
import { createStoredBlocks } from './stored-blocks.js';

const gunzipBytes = promisify(gunzip);
const inflateBytes = promisify(inflateRaw);

/**
 * Entries up to this size, compressed and uncompressed, are inflated in one call. That is faster, but keeps all of the
 * entry in memory.
 */
export const WHOLE_INFLATE_BYTES = 4 * 1024 * 1024;
/** How far back a deflate stream can refer. */
const WINDOW_BYTES = 32 * 1024;

/**
 * Unpacks a small deflated entry. The stored blocks at its start are written directly from the buffers in which they
 * were received; the rest is inflated in one call on another thread.
 */
export function createInflateSink(
  entry: ArchiveEntry,
  archive: string,
  path: string,
  { files, scratch }: { files: OutputFiles; scratch: ScratchPool },
): Sink {
  const writer = createFileWriter(() => files.create(path));
  const blocks = createStoredBlocks();
  const stored: StoredBytes = { bytes: 0, crc32: 0, end: Buffer.alloc(0) };
  let packed: PackedBytes | undefined;
  let isOver = false;

  const release = () => {
    isOver = true;
    packed?.release();
    packed = undefined;
  };

  return {
    write(chunk) {
      if (packed !== undefined) {
        packed.push(chunk);
        return undefined;
      }
      const read = blocks.push(chunk);
      for (const bytes of read.stored) {
        stored.bytes += bytes.length;
        stored.crc32 = crc32(bytes, stored.crc32);
      }
      if (!blocks.isEnded()) stored.end = endOf([stored.end, ...read.stored]);
      if (read.packed !== undefined) {
        packed = createPackedBytes(entry, scratch);
        for (const bytes of read.packed) packed.push(bytes);
      }
      // Never write more than the announced size.
      if (read.stored.length === 0 || stored.bytes > entry.uncompressedSize) return undefined;
      return writer.write(read.stored);
    },
    async end() {
      if (isOver) throw new Error('A sink ends once.');
      if (stored.bytes > entry.uncompressedSize) throw tooLong(entry, archive);
      let written = { bytes: stored.bytes, crc32: stored.crc32 };
      if (!blocks.isEnded()) {
        const inflated = await inflateRest(entry, archive, stored, packed);
        release();
        written = { bytes: stored.bytes + inflated.bytes.length, crc32: inflated.crc32 };
        if (inflated.bytes.length > 0) await writer.write(inflated.bytes);
        releaseMemory(inflated.bytes);
      }
      isOver = true;
      const file = await writer.end();
      const { mtimeMs } = await file.close();
      return { path, ...written, mtimeMs };
    },
    async discard() {
      await writer.abandon();
      release();
      await rm(path, { force: true });
    },
  };
}

/** The bytes from the stored blocks before the part that has to be inflated. */
interface StoredBytes {
  bytes: number;
  crc32: number;
  /** The last of these bytes, to which the rest of the stream may refer. */
  end: Buffer;
}

/** Copies the last bytes, as many as a deflate stream can refer to. */
function endOf(pieces: readonly Buffer[]): Buffer {
  const last: Buffer[] = [];
  let bytes = 0;
  for (let at = pieces.length - 1; at >= 0 && bytes < WINDOW_BYTES; at--) {
    const piece = (pieces[at] ?? Buffer.alloc(0)).subarray(bytes - WINDOW_BYTES);
    last.unshift(piece);
    bytes += piece.length;
  }
  return Buffer.concat(last);
}

/** @returns the bytes after the stored ones, and the CRC-32 of the whole file */
async function inflateRest(
  entry: ArchiveEntry,
  archive: string,
  stored: StoredBytes,
  packed: PackedBytes | undefined,
): Promise<{ bytes: Buffer; crc32: number }> {
  const missing = entry.uncompressedSize - stored.bytes;
  const options = {
    maxOutputLength: Math.max(1, missing),
    // One byte more than needed, because zlib allocates another buffer of this size as soon as the first one is full.
    chunkSize: Math.max(64, missing + 1),
  };
  if (packed !== undefined && stored.bytes === 0) {
    const bytes = await gunzipChecked(packed, options);
    if (bytes !== undefined) return { bytes, crc32: entry.crc32 };
  }
  try {
    // The rest of the stream may refer back to stored bytes.
    const dictionary = stored.end;
    const bytes = await inflateBytes(
      packed?.bytes() ?? Buffer.alloc(0),
      dictionary.length > 0 ? { ...options, dictionary } : options,
    );
    return { bytes, crc32: crc32(bytes, stored.crc32) };
  } catch (error) {
    throw inflateError(entry, archive, error);
  }
}

/**
 * Inflates the stream as a gzip file, so that its length and CRC-32 are checked on the other thread as well. Undefined
 * if they are wrong or the result cannot be relied on.
 */
async function gunzipChecked(
  packed: PackedBytes,
  options: { maxOutputLength: number; chunkSize: number },
): Promise<Buffer | undefined> {
  if (packed.mayBeSeveral()) return undefined;
  const gzip = packed.gzip();
  try {
    // The type definitions do not cover `info`, which adds the engine to the result.
    const result: unknown = await gunzipBytes(gzip, { ...options, info: true });
    const { buffer, engine } = result as { buffer: Buffer; engine: Gunzip };
    // Bytes behind the end of the stream may have been taken for the trailer, so that the real one was not checked.
    return engine.bytesWritten === gzip.length ? buffer : undefined;
  } catch {
    // Inflating without the gzip frame finds the error, if there is one: bytes behind the end are harmless in an
    // archive.
    return undefined;
  }
}

function tooLong(entry: ArchiveEntry, archive: string): Error {
  return entryError(entry, archive, 'size-mismatch', `more than its ${entry.uncompressedSize} bytes came.`);
}

/** Converts an error of zlib into an error of the entry. */
export function inflateError(entry: ArchiveEntry, archive: string, error: unknown): Error {
  if (error instanceof RangeError) return tooLong(entry, archive);
  const text = error instanceof Error ? error.message : String(error);
  return entryError(entry, archive, 'invalid-data', `it cannot be inflated: ${text}.`);
}
