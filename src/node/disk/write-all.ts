import { writev, writevSync } from 'node:fs';
import { promisify } from 'node:util';
import type { DiskCall } from './disk-call.js';
import { skipBytes } from './skip-bytes.js';

const writeBuffers = promisify(writev);

/** More than this is copied for too long to be written on this thread. */
const MAX_BYTES_HERE = 64 * 1024;

/**
 * Writes all of the bytes, one buffer behind the other: a write may be cut short.
 *
 * @param call how; undefined when this thread has no business to wait, because another one is writing to the file and
 * the system lets one in at a time
 * @param position in the file; null for its end, in a file that was opened to be appended to
 */
export async function writeAll(
  call: DiskCall | undefined,
  descriptor: number,
  buffers: readonly Buffer[],
  position: number | null,
): Promise<void> {
  let rest = [...buffers];
  let bytes = rest.reduce((sum, buffer) => sum + buffer.length, 0);
  for (let at = 0; bytes > 0;) {
    const from = position === null ? undefined : position + at;
    const elsewhere = async () => (await writeBuffers(descriptor, rest, from)).bytesWritten;
    const isShort = bytes <= MAX_BYTES_HERE;
    const written = await (call !== undefined && isShort
      ? call(() => writevSync(descriptor, rest, from), elsewhere)
      : elsewhere());
    at += written;
    bytes -= written;
    rest = skipBytes(rest, written);
  }
}
