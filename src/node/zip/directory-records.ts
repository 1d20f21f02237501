import { readBytes, type ByteSource } from '../byte-source.js';
import {
  parseRecord,
  RECORD_BYTES,
  RECORD_SIGNATURE,
  recordLengthAt,
  type DirectoryRecord,
} from './directory-record.js';
import { damaged, type EndRecord } from './end-record.js';

/** Thousands of records. */
const WINDOW_BYTES = 1024 * 1024;

/**
 * Reads the records of a central directory one after the other, some of them at a time: there may be more than fit into
 * memory. A library that asks for each of them by itself takes three times as long, which is felt where files are small.
 *
 * @param take gets each of them; what it throws ends the reading
 * @throws {ArchiveError} when there are more or fewer of them than the end record counts
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
  // The count in the end record wraps around where a writer has more entries than it has room for.
  if (!has(4)) await move();
  if (isRecordNext()) throw damaged(source, `it has more than the ${count} entries that it counts`);
}
