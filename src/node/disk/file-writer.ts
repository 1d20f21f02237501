import type { OutputFile } from './output-files.js';

/** Writes bytes that come in order to a file, or to a stretch of one. */
export interface FileWriter {
  /** Takes a chunk. A promise asks for a pause; it never rejects: what went wrong is said by `end`. */
  write(chunk: Buffer): Promise<void> | undefined;
  /**
   * Resolves to the file when everything was written.
   *
   * @throws {FileSystemError} when something could not be
   */
  end(): Promise<OutputFile>;
  /** Writes no more. Closes the file, if it was opened. */
  abandon(): Promise<void>;
}

/** Bytes for one write: below it, the calls cost more than the copying. */
const FLUSH_BYTES = 1024 * 1024;
const MAX_PENDING_BYTES = 2 * FLUSH_BYTES;

/**
 * @param open called at the first flush, so that a small file is open only while it is written
 * @param start where in the file the first byte goes
 */
export function createFileWriter(open: () => Promise<OutputFile>, start = 0): FileWriter {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let position = start;
  let flushing: Promise<void> | undefined;
  let file: OutputFile | undefined;
  let failure: { error: unknown } | undefined;

  const flush = async (): Promise<void> => {
    const chunks = pending;
    const at = position;
    position += pendingBytes;
    pending = [];
    pendingBytes = 0;
    try {
      file ??= await open();
      await file.write(chunks, at);
    } catch (error) {
      failure = { error };
    } finally {
      flushing = undefined;
    }
    // What came in the meantime must not wait for a chunk that a pause keeps away.
    if (pendingBytes >= FLUSH_BYTES && failure === undefined) flushing = flush();
  };

  return {
    write(chunk) {
      if (failure !== undefined) return undefined;
      pending.push(chunk);
      pendingBytes += chunk.length;
      if (pendingBytes < FLUSH_BYTES) return undefined;
      flushing ??= flush();
      return pendingBytes >= MAX_PENDING_BYTES ? flushing : undefined;
    },
    async end() {
      while (flushing !== undefined) await flushing;
      if (failure === undefined && (pendingBytes > 0 || file === undefined)) await flush();
      if (failure === undefined && file !== undefined) return file;
      await file?.close();
      throw failure?.error;
    },
    async abandon() {
      failure ??= { error: new Error('abandoned') };
      while (flushing !== undefined) await flushing;
      await file?.close();
    },
  };
}
