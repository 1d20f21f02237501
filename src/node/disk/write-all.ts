import { write, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import type { DiskCall } from './disk-call.js';

const writeBytes = promisify(write);

/** More than this is copied for too long to be written on this thread. */
const MAX_BYTES_HERE = 64 * 1024;

/**
 * Writes all of the bytes: a write may be cut short.
 *
 * @param call how; undefined when this thread has no business to wait, because another one is writing to the file and
 * the system lets one in at a time
 * @param position in the file; null for its end, in a file that was opened to be appended to
 */
export async function writeAll(
  call: DiskCall | undefined,
  descriptor: number,
  bytes: Buffer,
  position: number | null,
): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const place = position === null ? null : position + at;
    const elsewhere = async () => (await writeBytes(descriptor, bytes, at, bytes.length - at, place)).bytesWritten;
    const isShort = bytes.length - at <= MAX_BYTES_HERE;
    at += await (call !== undefined && isShort
      ? call(() => writeSync(descriptor, bytes, at, bytes.length - at, place), elsewhere)
      : elsewhere());
  }
}
