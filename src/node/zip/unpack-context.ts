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
  /** Limits how much is received but not yet on disk, over all archives. */
  window: Window;
  /** Returns a path that no other file has or had. */
  newTempPath: () => string;
  /**
   * Opens the file in which a large entry is assembled from parts that several connections fetch. Undefined if the
   * archive is read in order, from disk or from memory.
   */
  assemble?: ((entry: ArchiveEntry) => Promise<Assembly>) | undefined;
  /** Gives an intact file on disk its final name. */
  save: (entry: ArchiveEntry, written: WrittenFile) => Promise<void>;
  /** Whether an error concerns the disk as a whole. */
  isFatal: (error: unknown) => boolean;
  signal: AbortSignal;
}

/** A file in which several connections collect the compressed bytes of a large entry. */
export interface Assembly {
  file: SplitFile;
  /** The parts that the file does not contain yet, in order. */
  missing: readonly Part[];
  /** Called when the entry stays incomplete, while the bytes that are in the file are good. */
  leave: () => Promise<void>;
  /** Called when the file is not needed any more. */
  remove: () => Promise<void>;
}

/** Creates the sink for the compressed bytes of an entry. */
export function openSink(entry: ArchiveEntry, { source, files, scratch, newTempPath }: UnpackContext): Sink {
  // Some writers mark an empty file as deflated, but write no bytes for it, not even an empty deflate stream.
  if (!entry.isDeflated || entry.compressedSize === 0)
    return createStoredSink(newTempPath(), files, entry.compressedSize);
  const isSmall = Math.max(entry.compressedSize, entry.uncompressedSize) <= WHOLE_INFLATE_BYTES;
  return isSmall
    ? createInflateSink(entry, source.label, newTempPath(), { files, scratch })
    : createInflateStreamSink(entry, source.label, newTempPath(), files);
}

/** Ends a sink, then checks and saves its file. If any of this fails, the file is removed. */
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
