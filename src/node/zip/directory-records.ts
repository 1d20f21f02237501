import { readBytes, type ByteSource } from '../byte-source.js';
import {
  parseRecord,
  RECORD_BYTES,
  RECORD_SIGNATURE,
  recordLengthAt,
  type DirectoryRecord,
} from './directory-record.js';
import { damaged, type EndRecord } from './end-record.js';

/** Enough for thousands of records. */
const WINDOW_BYTES = 1024 * 1024;

/**
 * Reads the records of a central directory in order, a window at a time, because all of them may not fit into memory. A
 * library that reads each record separately takes three times as long, which matters when the files are small.
 *
 * @param take is called with each record; reading stops when it throws
 * @throws {ArchiveError} when the directory is damaged, or has more or fewer records than the end record says
 */
export async function readRecords(
  source: ByteSource,
  { start, count }: EndRecord,
  take: (record: DirectoryRecord) => void,
  signal: AbortSignal,
): Promise<void> {
  let window: Buffer = Buffer.alloc(0);
  let at = 0;
  let windowStart = start;
  if (start > source.size) throw damaged(source, 'it is said to be behind the end of the archive');
  const has = (bytes: number) => at + bytes <= window.length;
  const move = async (): Promise<void> => {
    windowStart += at;
    at = 0;
    window = await readBytes(source, windowStart, Math.min(source.size, windowStart + WINDOW_BYTES), signal);
  };
  const isRecordNext = () => has(4) && window.readUInt32LE(at) === RECORD_SIGNATURE;

  for (let read = 0; read < count; read++) {
    if (!has(RECORD_BYTES)) await move();
    if (!isRecordNext() || !has(RECORD_BYTES)) {
      throw damaged(source, read === 0 ? 'it is not where it should be' : `it ends after ${read} of ${count} entries`);
    }
    const length = recordLengthAt(window, at);
    if (!has(length)) await move();
    if (!has(length)) throw damaged(source, `its entry ${read + 1} reaches beyond the end of the archive`);
    take(parseRecord(window, at));
    at += length;
  }
  // Some writers let the 16-bit count of the end record overflow instead of using ZIP64.
  if (!has(4)) await move();
  if (isRecordNext()) throw damaged(source, `it has more than the ${count} entries that it counts`);
}
