import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { InvalidResponseError } from '../../errors.js';
import { onDisk } from '../disk/file-system-error.js';
import type { OutputFiles } from '../disk/output-files.js';
import { createDecoder } from '../http/content-encoding.js';
import type { ArchiveLimits } from '../zip/archive-limits.js';
import { createStoredSink } from '../zip/stored-sink.js';
import type { WrittenFile } from '../disk/written-file.js';

/** Below this decoded size, the ratio limit does not apply: a small file may well repeat a single byte. */
const MIN_SUSPECT_BYTES = 1024 * 1024;

export interface DecodeOptions {
  /** Names the file in error messages. */
  label: string;
  files: OutputFiles;
  /** Returns a path that no other file has or had. */
  newTempPath: () => string;
  limits: Pick<ArchiveLimits, 'totalBytes' | 'ratio'>;
  signal: AbortSignal;
}

/**
 * Replaces a compressed file by its decompressed contents. If this fails, both files are removed.
 *
 * @param encoding one that {@link createDecoder} supports
 * @throws {InvalidResponseError} when the file has another encoding, is damaged, or exceeds the limits decompressed
 * @throws {FileSystemError} when the disk refuses
 */
export async function decodeFile(
  { path, bytes: packedBytes }: WrittenFile,
  encoding: string,
  { label, files, newTempPath, limits, signal }: DecodeOptions,
): Promise<WrittenFile> {
  const decoder = createDecoder(encoding);
  if (decoder === undefined) throw new Error(`There is no decoder for ${encoding}.`);
  const most = Math.min(limits.totalBytes, Math.max(MIN_SUSPECT_BYTES, packedBytes * limits.ratio));
  const sink = createStoredSink(newTempPath(), files);
  let bytes = 0;
  let bomb: InvalidResponseError | undefined;
  const write = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > most) {
        // Kept, because the pipeline may reject with another error of one of its streams.
        const much = bytes > limits.totalBytes ? `${limits.totalBytes} bytes` : `${limits.ratio} times its length`;
        bomb = new InvalidResponseError(`${label} unpacks to more than ${much}.`);
        throw bomb;
      }
      await sink.write(chunk);
    }
  };
  try {
    await pipeline(createReadStream(path), decoder, write, { signal });
    const unpacked = await sink.end();
    await files.rename(unpacked.path, path);
    return { ...unpacked, path };
  } catch (error) {
    await sink.discard();
    await rm(path, { force: true });
    signal.throwIfAborted();
    if (bomb !== undefined) throw bomb;
    if (!isOfZlib(error)) return await onDisk(path, () => Promise.reject(error as Error));
    const message = `${label} cannot be unpacked as "${encoding}": ${error.message}.`;
    throw new InvalidResponseError(message, { cause: error });
  }
}

/** Whether zlib has thrown the error. Unlike zlib's errors, those of the file system have a `syscall`. */
function isOfZlib(error: unknown): error is Error {
  return error instanceof Error && 'errno' in error && typeof error.errno === 'number' && !('syscall' in error);
}
