import type { OutputFile } from './output-files.js';

/** Writes bytes that come in order to a file, or to a stretch of one. */
export interface FileWriter {
  /**
   * Takes a chunk, or several that follow each other, which must stay as they are until the promise is fulfilled. It
   * never rejects: what went wrong is said by `end`.
   */
  write(chunk: Buffer | readonly Buffer[]): Promise<void>;
  /** What went wrong so far: more bytes are of no use then. */
  failure(): { error: unknown } | undefined;
  /**
   * Resolves to the file when everything was written.
   *
   * @throws {FileSystemError} when something could not be
   */
  end(): Promise<OutputFile>;
  /** Writes no more. Closes the file, if it was opened. */
  abandon(): Promise<void>;
}

/**
 * @param open called at the first write, so that a small file is open only while it is written
 * @param start where in the file the first byte goes
 */
export function createFileWriter(open: () => Promise<OutputFile>, start = 0): FileWriter {
  const writing = new Set<Promise<void>>();
  let position = start;
  let opening: Promise<OutputFile> | undefined;
  let failure: { error: unknown } | undefined;

  const writeAt = async (chunks: readonly Buffer[], at: number): Promise<void> => {
    try {
      opening ??= open();
      const file = await opening;
      if (failure === undefined) await file.write(chunks, at);
    } catch (error) {
      failure ??= { error };
    }
  };
  const close = async (): Promise<void> => {
    await Promise.all(writing);
    const file = await opening?.catch(() => undefined);
    await file?.close();
  };

  return {
    failure: () => failure,
    write(chunk) {
      const chunks = Buffer.isBuffer(chunk) ? [chunk] : chunk;
      const at = position;
      for (const { length } of chunks) position += length;
      const work = writeAt(chunks, at).finally(() => writing.delete(work));
      writing.add(work);
      return work;
    },
    async end() {
      await Promise.all(writing);
      if (failure === undefined) return (opening ??= open());
      await close();
      throw failure.error;
    },
    async abandon() {
      failure ??= { error: new Error('abandoned') };
      await close();
    },
  };
}
