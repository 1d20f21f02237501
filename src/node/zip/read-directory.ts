import { ArchiveError, type ArchiveErrorReason } from '../../errors.js';
import { readBytes, type ByteSource } from '../byte-source.js';
import type { ArchiveLimits } from './archive-limits.js';
import type { DirectoryRecord } from './directory-record.js';
import { readRecords } from './directory-records.js';
import { readEndRecord } from './end-record.js';
import { entryError, type ArchiveEntry } from './entry.js';
import { markOverlaps } from './mark-overlaps.js';

/** Two flags: traditional encryption and strong encryption. */
const ENCRYPTED = 0x41;
const UNIX = 3;
const FILE_TYPE = 0o170000;
const SYMLINK = 0o120000;
const STORED = 0;
const DEFLATED = 8;
/** Enough to tell what came in place of an archive. */
const HEAD_BYTES = 64;
const RATIO_MATTERS_BYTES = 1024 * 1024;

/**
 * Reads and checks the central directory of an archive. Folders are omitted, because they are created for their files.
 * If a single entry is faulty, its `problem` says so and the other entries can still be unpacked.
 *
 * @throws {ArchiveError} when the central directory is missing, damaged or exceeds the limits
 */
export async function readDirectory(
  source: ByteSource,
  limits: ArchiveLimits,
  signal: AbortSignal,
): Promise<ArchiveEntry[]> {
  const fail = (reason: ArchiveErrorReason, message: string) =>
    new ArchiveError(`${source.label}: ${message}`, { path: source.label, reason });
  const end = await readEndRecord(source, signal);
  if (end === undefined) {
    const head = await readHead(source, signal);
    if (head.startsWith('PK\x03\x04')) throw fail('truncated', 'its end is missing, or something else is behind it.');
    throw fail(
      'not-a-zip',
      /^\s*</.test(head) ? 'a web page came in place of a ZIP archive.' : 'it is not a ZIP archive.',
    );
  }

  const entries: ArchiveEntry[] = [];
  const occurrences = new Map<string, number>();
  let count = 0;
  let totalBytes = 0;
  const take = (record: DirectoryRecord) => {
    if (++count > limits.entries) throw fail('too-many-entries', `more than ${limits.entries} entries.`);
    const { name, offset, compressedSize, uncompressedSize, crc32, method } = record;
    if (name.endsWith('/')) return;
    totalBytes += uncompressedSize;
    if (totalBytes > limits.totalBytes) throw fail('too-large', `more than ${limits.totalBytes} bytes unpacked.`);
    const occurrence = occurrences.get(name) ?? 0;
    occurrences.set(name, occurrence + 1);
    const problem = problemOf(record, limits);
    entries.push({
      index: entries.length,
      name,
      occurrence,
      offset,
      limit: end.start,
      compressedSize,
      uncompressedSize,
      crc32,
      isDeflated: method === DEFLATED,
      problem: problem && entryError({ name }, source.label, ...problem),
    });
  };
  await readRecords(source, end, take, signal);
  markOverlaps(entries, source.label);
  return entries;
}

function problemOf(record: DirectoryRecord, limits: ArchiveLimits): [ArchiveErrorReason, string] | undefined {
  const { method, compressedSize, uncompressedSize } = record;
  if ((record.flags & ENCRYPTED) !== 0) return ['encrypted', 'it is encrypted.'];
  if (method !== STORED && method !== DEFLATED)
    return ['unsupported-method', `compression method ${method} is not supported.`];
  if (record.versionMadeBy >>> 8 === UNIX && ((record.externalAttributes >>> 16) & FILE_TYPE) === SYMLINK) {
    return ['symlink', 'it is a symbolic link.'];
  }
  if (method === STORED && compressedSize !== uncompressedSize) {
    return ['size-mismatch', `it is stored, but has ${compressedSize} bytes for ${uncompressedSize}.`];
  }
  if (uncompressedSize > RATIO_MATTERS_BYTES && uncompressedSize > compressedSize * limits.ratio) {
    return ['ratio', `${compressedSize} bytes would become ${uncompressedSize}.`];
  }
  return undefined;
}

async function readHead(source: ByteSource, signal: AbortSignal): Promise<string> {
  const start = await readBytes(source, 0, Math.min(HEAD_BYTES, source.size), signal);
  return start.toString('utf8');
}
