import { open } from 'node:fs/promises';
import { ArchiveError } from '../../errors.js';
import type { ByteSource } from '../byte-source.js';
import { onDisk } from './file-system-error.js';

const CHUNK_BYTES = 1024 * 1024;

/** A file on disk as a source, which has to be closed. */
export interface FileSource extends ByteSource {
  close(): Promise<void>;
}

/** Opens a file on disk as a source. */
export async function openFileSource(path: string): Promise<FileSource> {
  const handle = await onDisk(path, () => open(path));
  const { size } = await onDisk(path, () => handle.stat()).catch(async (error: unknown) => {
    await handle.close();
    throw error;
  });
  return {
    size,
    label: path,
    async read(start, end, consume, signal) {
      const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, end - start));
      for (let at = start; at < end;) {
        signal.throwIfAborted();
        const length = Math.min(buffer.length, end - at);
        const position = at;
        const { bytesRead } = await onDisk(path, () => handle.read(buffer, 0, length, position));
        if (bytesRead === 0) {
          throw new ArchiveError(`${path} ends at byte ${at}.`, { path, reason: 'truncated' });
        }
        at += bytesRead;
        await consume(buffer.subarray(0, bytesRead));
      }
    },
    // There is nothing to forget: every read comes from the file.
    forget: () => Promise.resolve(),
    close: () => handle.close(),
  };
}
