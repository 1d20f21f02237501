import type { ByteConsumer } from '../byte-source.js';
import { LOCAL_HEADER_BYTES, type ArchiveEntry } from './entry.js';
import { dataStartOf } from './local-header.js';
import type { Sink } from './sink.js';

/** How many entries are unpacked before other things have their turn: there may be thousands in what comes at once. */
const MAX_AT_ONCE = 128;
const NOTHING = Buffer.alloc(0);

/** What the parser tells about. */
export interface EntryHandler {
  /** The packed bytes of the entry come next. */
  open(entry: ArchiveEntry): Sink;
  /** All of them have come. A promise asks for a pause. */
  close(entry: ArchiveEntry, sink: Sink): Promise<void> | undefined;
  /** The entry is not where the central directory says. */
  fail(entry: ArchiveEntry, error: unknown): void;
}

/** Finds the packed bytes of entries in a stretch of an archive. */
export interface EntryParser {
  push: ByteConsumer;
  /** The sink of the entry that has begun and not ended. */
  open(): Sink | undefined;
}

interface Taken {
  /** What is still to be looked at. */
  rest: Buffer;
  pause: Promise<void> | undefined;
}

/**
 * @param start where in the archive the first byte is
 * @param entries in file order, none overlapping
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
  /** How much of the header is here; all of it once the entry has begun. */
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

  /** Looks at so much of the bytes as this thread has time for at once. */
  const take = (chunk: Buffer): Taken => {
    const pauses: Promise<void>[] = [];
    const pause = (asked: Promise<void> | undefined) => asked && pauses.push(asked);
    const last = done + MAX_AT_ONCE;
    let at = 0;
    for (let entry = entries[done]; entry !== undefined && done < last; entry = entries[done]) {
      // Forward to where the entry, or its data, begins.
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
      // An empty entry ends with its header: its data begins behind what may be the last byte of the stretch.
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

  /** Of all that has come so far, as long as there is a rest of it. */
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
