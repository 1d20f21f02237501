import { isUsableId } from '../../require.js';

/** One line of the journal. It never holds a URL. */
export type JournalLine =
  /** A job was requested for a batch. */
  | { type: 'job'; batch: string; jobId: string; requestedAt: number }
  /** What is in the archive of a batch: name, bytes and CRC-32 of each file, in the order of the archive. */
  | { type: 'archive'; batch: string; jobId: string; jobStatus: string; entries: [string, number, number][] }
  /** Files in the archive are damaged, as it is kept: it does not count as fetched. */
  | { type: 'damaged'; batch: string }
  /** A file is intact, and gets its final name next. */
  | ({ type: 'file' } & FileRecord)
  /** The job and the archive of a batch no longer count. Its files are this package's all the same. */
  | { type: 'forget'; batch: string };

/** A file that was saved. */
export interface FileRecord {
  batch: string;
  /** As the archive gives it. */
  name: string;
  /** How many entries of the same name come before it. */
  occurrence: number;
  /** Below the directory, with `/` between folders. */
  path: string;
  bytes: number;
  crc32: number;
  /** Epoch milliseconds. */
  mtimeMs: number;
  /** Where it was before it was moved; it may still be there. */
  from?: string | undefined;
  /** Whether somebody else has put it there. */
  isAdopted?: boolean | undefined;
}

/** Reads a line; undefined for one that is torn, or of a kind that is not known here. */
export function parseJournalLine(text: string): JournalLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A process that was killed leaves half a line.
    return undefined;
  }
  return isLine(value) ? value : undefined;
}

type Fields = Partial<Record<string, unknown>>;

function isLine(value: unknown): value is JournalLine {
  if (typeof value !== 'object' || value === null) return false;
  const line = value as Fields;
  if (typeof line['batch'] !== 'string') return false;
  switch (line['type']) {
    case 'job':
      return isUsableId(line['jobId']) && isNumber(line['requestedAt']);
    case 'archive':
      return (
        typeof line['jobId'] === 'string' &&
        typeof line['jobStatus'] === 'string' &&
        Array.isArray(line['entries']) &&
        line['entries'].every(isListed)
      );
    case 'file':
      return (
        typeof line['name'] === 'string' &&
        isPathInside(line['path']) &&
        (line['from'] === undefined || isPathInside(line['from'])) &&
        ['occurrence', 'bytes', 'crc32', 'mtimeMs'].every((field) => isNumber(line[field]))
      );
    case 'damaged':
    case 'forget':
      return true;
    default:
      return false;
  }
}

function isListed(entry: unknown): boolean {
  return Array.isArray(entry) && typeof entry[0] === 'string' && isNumber(entry[1]) && isNumber(entry[2]);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** The journal lies in a folder that others may write to: what it says must not lead out of the directory. */
function isPathInside(path: unknown): path is string {
  return (
    typeof path === 'string' &&
    !/[\\\0]|^[A-Za-z]:/.test(path) &&
    path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..')
  );
}
