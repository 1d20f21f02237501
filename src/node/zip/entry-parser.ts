import type { ByteConsumer } from '../byte-source.js';
import { LOCAL_HEADER_BYTES, type ArchiveEntry } from './entry.js';
import { dataStartOf } from './local-header.js';
import type { Sink } from './sink.js';

/** How many entries are unpacked before the event loop gets its turn: one chunk may contain thousands. */
const MAX_AT_ONCE = 128;
const NOTHING = Buffer.alloc(0);

/** Handles the entries that the parser finds. */
export interface EntryHandler {
  /** Called before the compressed bytes of an entry. Returns the sink for them. */
  open(entry: ArchiveEntry): Sink;
  /** Called after the last compressed byte of the entry. A returned promise delays the next chunk. */
  close(entry: ArchiveEntry, sink: Sink): Promise<void> | undefined;
  /** Called when the entry is not where the central directory says, or its sink cannot be opened. */
  fail(entry: ArchiveEntry, error: unknown): void;
}

/** Finds the compressed bytes of entries in a contiguous part of an archive. */
export interface EntryParser {
  push: ByteConsumer;
  /** The sink of the entry that has begun but not ended. */
  open(): Sink | undefined;
}

interface Taken {
  /** The bytes that have not been processed yet. */
  rest: Buffer;
  pause: Promise<void> | undefined;
}

/**
 * @param start the offset of the first byte in the archive
 * @param entries in file order, without overlaps
 */
export function createEntryParser(
  start: number,
  entries: readonly ArchiveEntry[],
  archive: string,
  handler: EntryHandler,
): EntryParser {
  const header = Buffer.alloc(LOCAL_HEADER_BYTES);
  let position = start;
  let done = 0;
  /** How much of the local header has been received; all of it once the entry has begun. */
  let headerBytes = 0;
  let dataStart = 0;
  let sink: Sink | undefined;

  const next = () => {
    done++;
    headerBytes = 0;
    sink = undefined;
  };

  const begin = (entry: ArchiveEntry) => {
    try {
      dataStart = dataStartOf(header, entry, archive);
      sink = handler.open(entry);
    } catch (error) {
      handler.fail(entry, error);
      next();
    }
  };

  /** Processes bytes until `MAX_AT_ONCE` entries have ended; the others are returned as `rest`. */
  const take = (chunk: Buffer): Taken => {
    const pauses: Promise<void>[] = [];
    const pause = (asked: Promise<void> | undefined) => asked && pauses.push(asked);
    const last = done + MAX_AT_ONCE;
    let at = 0;
    for (let entry = entries[done]; entry !== undefined && done < last; entry = entries[done]) {
      // Skip to the local header of the entry, or to its data.
      const target = sink ? dataStart : entry.offset + headerBytes;
      if (position < target) {
        const skipped = Math.min(target - position, chunk.length - at);
        at += skipped;
        position += skipped;
      }
      if (sink === undefined) {
        if (at === chunk.length) break;
        const copied = chunk.copy(header, headerBytes, at, at + LOCAL_HEADER_BYTES - headerBytes);
        at += copied;
        position += copied;
        headerBytes += copied;
        if (headerBytes === LOCAL_HEADER_BYTES) begin(entry);
        continue;
      }
      const dataEnd = dataStart + entry.compressedSize;
      if (at < chunk.length && position < dataEnd) {
        const taken = chunk.subarray(at, at + dataEnd - position);
        at += taken.length;
        position += taken.length;
        pause(sink.write(taken));
      }
      // An empty entry ends with the fixed part of its header: the parser may get no byte behind that.
      if (position < dataEnd && entry.compressedSize > 0) break;
      pause(handler.close(entry, sink));
      next();
    }
    return {
      rest: done < last ? NOTHING : chunk.subarray(at),
      pause: pauses.length > 1 ? Promise.all(pauses).then(() => undefined) : pauses[0],
    };
  };
  const takeAll = async ({ rest, pause }: Taken): Promise<void> => {
    await pause;
    while (rest.length > 0) {
      await nextTurn();
      ({ rest, pause } = take(rest));
      await pause;
    }
  };

  /** The processing of all chunks so far, while some of their bytes are left. */
  let taking: Promise<void> | undefined;

  return {
    open: () => sink,
    push(chunk) {
      if (taking === undefined) {
        const taken = take(chunk);
        if (taken.rest.length === 0) return taken.pause;
        taking = takeAll(taken);
      } else {
        taking = taking.then(() => takeAll({ rest: chunk, pause: undefined }));
      }
      const own = taking;
      return own.finally(() => {
        if (taking === own) taking = undefined;
      });
    },
  };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
