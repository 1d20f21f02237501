import { isUtf8 } from 'node:buffer';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { ArchiveError, ScenarioDownloadError, type ArchiveErrorReason } from '../../errors.js';
import { readBytes, type ByteSource } from '../byte-source.js';
import type { ArchiveLimits } from './archive-limits.js';
import type { ArchiveEntry } from './entry.js';
import { markOverlaps } from './mark-overlaps.js';

const UNIX = 3;
const FILE_TYPE = 0o170000;
const SYMLINK = 0o120000;
const STORED = 0;
const DEFLATED = 8;
const RATIO_MATTERS_BYTES = 1024 * 1024;

/**
 * Reads the central directory of an archive and judges it. Folders are left out: they come with their files. What is
 * wrong with a single entry is in its `problem`; the others can be unpacked all the same.
 *
 * @throws {ArchiveError} when there is no central directory, or it is damaged or beyond the limits
 */
export async function readDirectory(
  source: ByteSource,
  limits: ArchiveLimits,
  signal: AbortSignal,
): Promise<ArchiveEntry[]> {
  const fail = (reason: ArchiveErrorReason, message: string, cause?: unknown) =>
    new ArchiveError(`${source.label}: ${message}`, { path: source.label, reason }, { cause });
  const entries: ArchiveEntry[] = [];
  const occurrences = new Map<string, number>();
  let count = 0;
  let totalBytes = 0;
  let directoryStart = 0;
  try {
    const zip = await yauzl.fromRandomAccessReaderPromise(new SourceReader(source, signal), source.size, {
      // Names are decoded and mapped here, and odd ones must not end the reading.
      decodeStrings: false,
      validateEntrySizes: false,
    });
    directoryStart = startOf(zip);
    for await (const raw of zip.eachEntry()) {
      if (++count > limits.entries) throw fail('too-many-entries', `more than ${limits.entries} entries.`);
      const name = decodeName(raw);
      if (name.endsWith('/')) continue;
      totalBytes += raw.uncompressedSize;
      if (totalBytes > limits.totalBytes) throw fail('too-large', `more than ${limits.totalBytes} bytes unpacked.`);
      const occurrence = occurrences.get(name) ?? 0;
      occurrences.set(name, occurrence + 1);
      const problem = problemOf(raw, limits);
      entries.push({
        index: entries.length,
        name,
        occurrence,
        offset: raw.relativeOffsetOfLocalHeader,
        limit: directoryStart,
        compressedSize: raw.compressedSize,
        uncompressedSize: raw.uncompressedSize,
        crc32: raw.crc32,
        isDeflated: raw.compressionMethod === DEFLATED,
        problem: problem && entryError(source.label, name, ...problem),
      });
    }
    // The count in the end record wraps around where a writer has more entries than it has room for.
    if (await isRecord(source, startOf(zip), signal)) {
      throw fail('invalid-data', `its central directory has more than the ${count} entries that it counts.`);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ScenarioDownloadError) throw error;
    const text = error instanceof Error ? error.message : String(error);
    if (/strong encryption/.test(text)) throw fail('encrypted', 'the entries are encrypted.', error);
    const isDirectoryFound = count > 0 || directoryStart > 0;
    if (isDirectoryFound) throw fail('invalid-data', `its central directory is damaged: ${text}.`, error);
    const isCut = await startsLikeZip(source, signal);
    throw isCut
      ? fail('truncated', 'its end is missing, or something else is behind it.', error)
      : fail('not-a-zip', 'it is not a ZIP archive.', error);
  }
  markOverlaps(entries, (entry, reason, message) => entryError(source.label, entry.name, reason, message));
  return entries;
}

function entryError(path: string, entry: string, reason: ArchiveErrorReason, message: string): ArchiveError {
  return new ArchiveError(`${JSON.stringify(entry)}: ${message}`, { path, entry, reason });
}

function problemOf(raw: Entry, limits: ArchiveLimits): [ArchiveErrorReason, string] | undefined {
  const { compressionMethod: method, compressedSize, uncompressedSize } = raw;
  if (raw.isEncrypted()) return ['encrypted', 'it is encrypted.'];
  if (method !== STORED && method !== DEFLATED)
    return ['unsupported-method', `compression method ${method} is not supported.`];
  if (raw.versionMadeBy >>> 8 === UNIX && ((raw.externalFileAttributes >>> 16) & FILE_TYPE) === SYMLINK) {
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

async function startsLikeZip(source: ByteSource, signal: AbortSignal): Promise<boolean> {
  const start = await readBytes(source, 0, Math.min(4, source.size), signal);
  return start.toString('latin1') === 'PK\x03\x04';
}

/** Whether there is a record of the central directory at a place. */
async function isRecord(source: ByteSource, start: number, signal: AbortSignal): Promise<boolean> {
  const signature = await readBytes(source, start, Math.min(start + 4, source.size), signal);
  return signature.toString('latin1') === 'PK\x01\x02';
}

const UTF8_FLAG = 0x800;

/** Many writers use UTF-8 without saying so; what is not valid UTF-8 is in the code page of old. */
function decodeName(raw: Entry): string {
  const flags = isUtf8(raw.fileNameRaw) ? raw.generalPurposeBitFlag | UTF8_FLAG : raw.generalPurposeBitFlag;
  return yauzl.getFileNameLowLevel(flags, raw.fileNameRaw, raw.extraFields, true);
}

/** Where the next record of the central directory is: the types call it a boolean. */
function startOf(zip: ZipFile): number {
  return Number(zip.readEntryCursor);
}

const WINDOW_BYTES = 1024 * 1024;

/** Lets yauzl read from a source, a window at a time instead of an entry at a time. */
class SourceReader extends yauzl.RandomAccessReader {
  readonly #source: ByteSource;
  readonly #signal: AbortSignal;
  #window: Buffer = Buffer.alloc(0);
  #windowStart = 0;

  constructor(source: ByteSource, signal: AbortSignal) {
    super();
    this.#source = source;
    this.#signal = signal;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    const copy = () => {
      const at = position - this.#windowStart;
      callback(null, this.#window.copy(buffer, offset, at, at + length));
    };
    const start = position - this.#windowStart;
    // Nearly always: an entry is read in two steps, and the window holds thousands.
    if (start >= 0 && start + length <= this.#window.length) copy();
    else this.#move(position, length).then(copy, (error: unknown) => callback(error as Error));
  }

  async #move(position: number, length: number): Promise<void> {
    const end = Math.min(this.#source.size, position + Math.max(length, WINDOW_BYTES));
    if (!(position >= 0 && position + length <= end)) throw new Error('it points outside of itself');
    this.#window = await readBytes(this.#source, position, end, this.#signal);
    this.#windowStart = position;
  }
}
