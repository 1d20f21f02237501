import type { Version } from '../transfer/content-range.js';
import type { WrittenPart } from '../disk/split-file.js';

/** What tells one archive from every other. */
export interface ArchiveIdentity {
  jobId: string;
  /** Bytes. */
  size: number;
  version: Version;
}

/**
 * A line of the file beside a partial archive: the first says which archive it is, each other one which bytes of it are
 * there. It never holds a URL.
 */
export type StateLine = ({ type: 'archive' } & ArchiveIdentity) | ({ type: 'part' } & WrittenPart);

/** What the file beside a partial archive says. */
export interface PartialState {
  identity: ArchiveIdentity;
  /** In the order in which they came. Nobody has looked whether they are there. */
  parts: WrittenPart[];
}

/** Reads the lines; undefined when the first is none. Others that are torn, or not known here, are passed over. */
export function parseState(text: string): PartialState | undefined {
  const [first, ...others] = text.split('\n').map(parseFields);
  const identity = first && toIdentity(first);
  if (identity === undefined) return undefined;
  return { identity, parts: others.flatMap((fields) => (fields && toPart(fields)) ?? []) };
}

type Fields = Partial<Record<string, unknown>>;

function parseFields(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    // A process that was killed leaves half a line.
    return undefined;
  }
}

function toIdentity({ type, jobId, size, version }: Fields): ArchiveIdentity | undefined {
  if (type !== 'archive' || typeof jobId !== 'string' || !isCount(size)) return undefined;
  if (typeof version !== 'object' || version === null) return undefined;
  const { etag, lastModified } = version as Fields;
  return isOptionalText(etag) && isOptionalText(lastModified)
    ? { jobId, size, version: { etag, lastModified } }
    : undefined;
}

function toPart({ type, from, bytes, crc32 }: Fields): WrittenPart | undefined {
  const isPart = type === 'part' && isCount(from) && isCount(bytes) && isCount(crc32);
  return isPart ? { from, bytes, crc32 } : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}
