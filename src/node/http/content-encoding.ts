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
 * Values of Content-Encoding that do not mean compression. Some object stores return the encoding with which a file
 * was uploaded (`aws-chunked`).
 */
const NO_PACKINGS = new Set(['', 'identity', 'none', 'utf-8', 'binary', 'aws-chunked']);

/**
 * The encoding in which a response body is compressed; undefined if it is not. No encoding is ever requested, but
 * object stores send files that are stored compressed as they are, whatever the request accepts.
 */
export function contentEncodingOf(headers: HeaderFields): string | undefined {
  const names = headers['content-encoding']?.toLowerCase().split(',') ?? [];
  const packings = names.map((name) => name.trim()).filter((name) => !NO_PACKINGS.has(name));
  return packings.length === 0 ? undefined : packings.join(', ');
}

/** Whether there is a decoder for the encoding. */
export const canDecode = (encoding: string): boolean => DECODERS.has(encoding);

/** Creates a stream that decompresses the encoding; undefined if the encoding is not supported. */
export const createDecoder = (encoding: string): Transform | undefined => DECODERS.get(encoding)?.();
