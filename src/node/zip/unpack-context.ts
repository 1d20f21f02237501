import type { ByteSource } from '../byte-source.js';
import type { OutputFiles } from '../disk/output-files.js';
import type { Part, SplitFile } from '../disk/split-file.js';
import type { ScratchPool } from '../budget/scratch.js';
import type { ConnectionPool } from '../transfer/connection-pool.js';
import type { Window } from '../budget/window.js';
import type { ArchiveEntry } from './entry.js';
import { createInflateSink, WHOLE_INFLATE_BYTES } from './inflate-sink.js';
import { createInflateStreamSink } from './inflate-stream-sink.js';
import type { WrittenFile } from '../disk/written-file.js';
import { assertIntact, type Sink } from './sink.js';
import { createStoredSink } from './stored-sink.js';

/** What is needed to unpack an archive. */
export interface UnpackContext {
  source: ByteSource;
  pool: ConnectionPool;
  files: OutputFiles;
  scratch: ScratchPool;
  /** What is received but not on disk yet, over all archives. */
  window: Window;
  /** A name that no other file has or had. */
  newTempPath: () => string;
  /**
   * Where a large entry is put together from parts, which several connections bring. Undefined where all is read in
   * order: from a disk, or from memory.
   */
  assemble?: ((entry: ArchiveEntry) => Promise<Assembly>) | undefined;
  /** Takes a file that is on disk and intact: gives it its final name. */
  save: (entry: ArchiveEntry, written: WrittenFile) => Promise<void>;
  /** Whether an error is one of the disk as a whole. */
  isFatal: (error: unknown) => boolean;
  signal: AbortSignal;
}

/** The packed bytes of a large entry, in a file that several connections write. */
export interface Assembly {
  file: SplitFile;
  /** What is not there yet, in order. */
  missing: readonly Part[];
  /** Called when it did not become whole, through no fault of what is there. */
  leave: () => Promise<void>;
  /** Called when it is of no use any more. */
  remove: () => Promise<void>;
}

/** What takes the packed bytes of an entry. */
export function openSink(entry: ArchiveEntry, { source, files, scratch, newTempPath }: UnpackContext): Sink {
  // Some writers call a file deflated that has no bytes at all, not even those of an empty stream.
  if (!entry.isDeflated || entry.compressedSize === 0)
    return createStoredSink(newTempPath(), files, entry.compressedSize);
  const isSmall = Math.max(entry.compressedSize, entry.uncompressedSize) <= WHOLE_INFLATE_BYTES;
  return isSmall
    ? createInflateSink(entry, source.label, newTempPath(), { files, scratch })
    : createInflateStreamSink(entry, source.label, newTempPath(), files);
}

/** Ends a sink, checks what it has written, and saves it. Nothing is left behind when one of it fails. */
export async function finishSink(entry: ArchiveEntry, sink: Sink, { source, save }: UnpackContext): Promise<void> {
  try {
    const written = await sink.end();
    assertIntact(entry, source.label, written);
    await save(entry, written);
  } catch (error) {
    await sink.discard();
    throw error;
  }
}
