import type { Version } from '../transfer/content-range.js';
import type { WrittenPart } from '../disk/split-file.js';

/** Identifies an archive and its version. */
export interface ArchiveIdentity {
  jobId: string;
  /** In bytes. */
  size: number;
  version: Version;
}

/**
 * A line of the state file of a partial file. The first line identifies the archive, each further line describes a part
 * that was written. No line contains a URL.
 */
export type StateLine = ({ type: 'archive' } & ArchiveIdentity) | ({ type: 'part' } & WrittenPart);

/** The contents of a state file. */
export interface PartialState {
  identity: ArchiveIdentity;
  /** In the order in which they were written. Not checked against the partial file. */
  parts: WrittenPart[];
}

/** Parses a state file. Undefined if the first line is invalid; other incomplete or unknown lines are skipped. */
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
    // A killed process may leave an incomplete line.
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
