import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { HeaderFields } from './response-head.js';

const DECODERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/** What hosts say there that is no packing. Some object stores keep the name of the way in which a file was sent to them. */
const NO_PACKINGS = new Set(['', 'identity', 'none', 'utf-8', 'binary', 'aws-chunked']);

/**
 * The way in which the bytes of an answer are packed; undefined when they are the file itself. None is ever asked for,
 * but object stores have files that are kept packed, and send them so whatever they are asked for.
 */
export function contentEncodingOf(headers: HeaderFields): string | undefined {
  const names = headers['content-encoding']?.toLowerCase().split(',') ?? [];
  const packings = names.map((name) => name.trim()).filter((name) => !NO_PACKINGS.has(name));
  return packings.length === 0 ? undefined : packings.join(', ');
}

/** Whether this can be unpacked here. */
export const canDecode = (encoding: string): boolean => DECODERS.has(encoding);

/** What unpacks it; undefined when that is not known here. */
export const createDecoder = (encoding: string): Transform | undefined => DECODERS.get(encoding)?.();
