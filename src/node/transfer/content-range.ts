import type { HeaderFields } from '../http/response-head.js';

/** The range that a 206 response contains, and the size of the whole file. */
export interface ContentRange {
  start: number;
  /** The first byte after the range. */
  end: number;
  /** Bytes. */
  size: number;
}

/** Parses `Content-Range: bytes 0-99/1000`; undefined for anything else, including an unknown size (`/*`). */
export function parseContentRange(headers: HeaderFields): ContentRange | undefined {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/i.exec(headers['content-range']?.trim() ?? '') ?? [];
  const range = { start: Number(first), end: Number(last) + 1, size: Number(total) };
  return range.start < range.end && range.end <= range.size && Number.isSafeInteger(range.size) ? range : undefined;
}

/** The validators that distinguish versions of a file. */
export interface Version {
  etag: string | undefined;
  lastModified: string | undefined;
}

export function versionOf(headers: HeaderFields): Version {
  return { etag: headers['etag'], lastModified: headers['last-modified'] };
}

/**
 * The If-Range header, which keeps a host from sending a range of another version: a strong ETag, else Last-Modified.
 * Weak ETags are not allowed in it.
 */
export function ifRange({ etag, lastModified }: Version): { 'if-range'?: string } {
  if (etag?.startsWith('"')) return { 'if-range': etag };
  return lastModified === undefined ? {} : { 'if-range': lastModified };
}

/** Whether both can be the same version. A validator that is missing on either side is not a difference. */
export function isSameVersion(one: Version, other: Version): boolean {
  if (one.etag !== undefined && other.etag !== undefined) return one.etag === other.etag;
  return one.lastModified === undefined || other.lastModified === undefined || one.lastModified === other.lastModified;
}

/** Whether the host sends a validator that can be used as If-Range. */
export function hasValidator(version: Version): boolean {
  return 'if-range' in ifRange(version);
}

/** Whether both are certainly the same version: both have a validator for If-Range, and it is the same. */
export function isSurelySame(one: Version, other: Version): boolean {
  return hasValidator(one) && ifRange(one)['if-range'] === ifRange(other)['if-range'] && isSameVersion(one, other);
}
