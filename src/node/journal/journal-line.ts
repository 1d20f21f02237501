import { isUsableId } from '../../require.js';

/** One line of the journal. It never holds a URL. */
export type JournalLine =
  /** A job was requested for a batch. */
  | { type: 'job'; batch: string; jobId: string; requestedAt: number }
  /** The files in the archive of a batch: name, bytes and CRC-32 of each, in the order of the archive. */
  | { type: 'archive'; batch: string; jobId: string; jobStatus: string; entries: [string, number, number][] }
  /** The kept archive of a batch contains damaged files, so it does not count as fetched. */
  | { type: 'damaged'; batch: string }
  /** A file is intact and either at this path or about to be moved there. */
  | ({ type: 'file' } & FileRecord)
  /** The job and the archive of a batch no longer count. Its files still belong to this package. */
  | { type: 'forget'; batch: string };

/** A file that was saved. */
export interface FileRecord {
  batch: string;
  /** The name in the archive. */
  name: string;
  /** How many entries of the same name precede it in the archive. */
  occurrence: number;
  /** Relative to the directory, with `/` between folders. */
  path: string;
  bytes: number;
  crc32: number;
  /** Epoch milliseconds. */
  mtimeMs: number;
  /** The path before a move. The file is still there if the move was interrupted. */
  from?: string | undefined;
  /** Whether it was already there and not saved by this package. */
  isAdopted?: boolean | undefined;
}

/** Parses a line. Returns undefined if it is incomplete, invalid or of an unknown type. */
export function parseJournalLine(text: string): JournalLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A process that was killed may leave half a line.
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

/** Whether a path stays inside the directory. Other users may be able to write to the journal, so it is not trusted. */
function isPathInside(path: unknown): path is string {
  return (
    typeof path === 'string' &&
    !/[\\\0]|^[A-Za-z]:/.test(path) &&
    path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..')
  );
}
