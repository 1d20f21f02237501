import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { HeaderFields } from './response-head.js';

const DECODERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/**
 * The way in which the bytes of an answer are packed; undefined when they are the file itself. None is ever asked for,
 * but object stores have files that are kept packed, and send them so whatever they are asked for.
 */
export function contentEncodingOf(headers: HeaderFields): string | undefined {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  return encoding === '' || encoding === 'identity' ? undefined : encoding;
}

/** Whether this can be unpacked here. */
export const canDecode = (encoding: string): boolean => DECODERS.has(encoding);

/** What unpacks it; undefined when that is not known here. */
export const createDecoder = (encoding: string): Transform | undefined => DECODERS.get(encoding)?.();
