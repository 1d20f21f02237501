import { etagOf } from './archive-cache.js';
import type { Effect } from './effects.js';
import type { ByteRange } from './ranges.js';
import type { ServedFile } from './serve-file.js';

/** Returns a copy of the file with the effects applied. */
export function changeFile(file: ServedFile, effects: readonly Effect[]): ServedFile {
  return effects.reduce(applyEffect, file);
}

function applyEffect(file: ServedFile, effect: Effect): ServedFile {
  switch (effect.type) {
    case 'noRanges':
      return { ...file, ranges: false };
    case 'wrongRange':
      return { ...file, changeRange: besides };
    case 'corrupt':
      return { ...file, bytes: flipByte(file.bytes, effect.at) };
    case 'truncate':
      return { ...file, bytes: file.bytes.subarray(0, effect.bytes) };
    case 'changeETag':
      return { ...file, etag: effect.etag ?? etagOf(Buffer.from(`not ${file.etag}`)) };
    case 'changeContent':
      return { ...file, bytes: Buffer.from(effect.content), etag: etagOf(effect.content) };
    default:
      return file;
  }
}

function besides({ start, end }: ByteRange, size: number): ByteRange {
  if (start > 0) return { start: start - 1, end };
  const next = Math.min(1, size - 1);
  return { start: next, end: Math.max(next, end) };
}

function flipByte(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
}
