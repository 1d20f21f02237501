import type { HeaderFields } from '../http/response-head.js';

/** The stretch that a 206 holds, and the length of the whole. */
export interface ContentRange {
  start: number;
  /** The first byte that is not in it. */
  end: number;
  /** Bytes. */
  size: number;
}

/** Reads `Content-Range: bytes 0-99/1000`; undefined for everything else, a whole of unknown length included. */
export function parseContentRange(headers: HeaderFields): ContentRange | undefined {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/i.exec(headers['content-range']?.trim() ?? '') ?? [];
  const range = { start: Number(first), end: Number(last) + 1, size: Number(total) };
  return range.start < range.end && range.end <= range.size && Number.isSafeInteger(range.size) ? range : undefined;
}

/** Tells one version of a file from another. */
export interface Version {
  etag: string | undefined;
  lastModified: string | undefined;
}

export function versionOf(headers: HeaderFields): Version {
  return { etag: headers['etag'], lastModified: headers['last-modified'] };
}

/** What to send as If-Range, so that a stretch of another version is not sent: only a strong validator may be. */
export function ifRange({ etag, lastModified }: Version): { 'if-range'?: string } {
  if (etag?.startsWith('"')) return { 'if-range': etag };
  return lastModified === undefined ? {} : { 'if-range': lastModified };
}

/** Whether both can be the same version. What a host leaves out is no difference. */
export function isSameVersion(one: Version, other: Version): boolean {
  if (one.etag !== undefined && other.etag !== undefined) return one.etag === other.etag;
  return one.lastModified === undefined || other.lastModified === undefined || one.lastModified === other.lastModified;
}

/** Whether the host tells versions of the file apart for certain. */
export function hasValidator(version: Version): boolean {
  return 'if-range' in ifRange(version);
}

/** Whether both are the same version for certain: what could be sent as If-Range is there on both sides, and the same. */
export function isSurelySame(one: Version, other: Version): boolean {
  return hasValidator(one) && ifRange(one)['if-range'] === ifRange(other)['if-range'] && isSameVersion(one, other);
}
