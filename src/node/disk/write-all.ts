import { writev, writevSync } from 'node:fs';
import type { DiskCall } from './disk-call.js';
import { skipBytes } from './skip-bytes.js';

/** Copying more bytes than this would block this thread for too long. */
const MAX_BYTES_HERE = 64 * 1024;

/**
 * Writes all buffers one after another, and continues after partial writes.
 *
 * @param call makes the calls of the file system. Undefined while another thread writes to the file: the system allows
 * one writer at a time, so this thread would be blocked
 * @param position in the file; null to append to a file that was opened for appending
 * @returns the number of bytes written
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
