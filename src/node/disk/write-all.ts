import { writev, writevSync } from 'node:fs';
import type { DiskCall } from './disk-call.js';
import { skipBytes } from './skip-bytes.js';

/** More than this is copied for too long to be written on this thread. */
const MAX_BYTES_HERE = 64 * 1024;

/**
 * Writes all of the bytes, one buffer behind the other: a write may be cut short.
 *
 * @param call how; undefined when this thread has no business to wait, because another one is writing to the file and
 * the system lets one in at a time
 * @param position in the file; null for its end, in a file that was opened to be appended to
 * @returns how many bytes that were
 */
export async function writeAll(
  call: DiskCall | undefined,
  descriptor: number,
  buffers: readonly Buffer[],
  position: number | null,
): Promise<number> {
  let rest = buffers;
  let bytes = 0;
  for (const { length } of buffers) bytes += length;
  let at = 0;
  while (bytes > 0) {
    const from = position === null ? undefined : position + at;
    const written =
      call !== undefined && bytes <= MAX_BYTES_HERE
        ? await call(
            () => writevSync(descriptor, rest, from),
            () => writeElsewhere(descriptor, rest, from),
          )
        : await writeElsewhere(descriptor, rest, from);
    at += written;
    bytes -= written;
    if (bytes > 0) rest = skipBytes(rest, written);
  }
  return at;
}

function writeElsewhere(descriptor: number, buffers: readonly Buffer[], position: number | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    writev(descriptor, buffers, position ?? null, (error, written) => {
      if (error) reject(error);
      else resolve(written);
    });
  });
}
