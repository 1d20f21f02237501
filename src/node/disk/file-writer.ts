import type { OutputFile } from './output-files.js';

/** Writes bytes sequentially to a file, or to a part of one. */
export interface FileWriter {
  /**
   * Writes a chunk, or several successive ones. They must not be modified until the promise is fulfilled. It never
   * rejects; errors are thrown by `end`.
   */
  write(chunk: Buffer | readonly Buffer[]): Promise<void>;
  /** The first error, if there was one. Once there is, further bytes are not written. */
  failure(): { error: unknown } | undefined;
  /**
   * Resolves to the file, still open, once everything has been written.
   *
   * @throws {FileSystemError} when something could not be written
   */
  end(): Promise<OutputFile>;
  /** Stops writing, and closes the file if it was opened. */
  abandon(): Promise<void>;
}

/**
 * @param open called at the first write, or at `end` if there was none, so that a small file is not open for long
 * @param start the position of the first byte in the file
 */
export function createFileWriter(open: () => Promise<OutputFile>, start = 0): FileWriter {
  let position = start;
  let unfinished = 0;
  /** Callbacks that are waiting for the pending writes to end. */
  const waiting: (() => void)[] = [];
  let opening: Promise<OutputFile> | undefined;
  let failure: { error: unknown } | undefined;

  const writeAt = async (chunks: readonly Buffer[], at: number): Promise<void> => {
    unfinished++;
    try {
      opening ??= open();
      const file = await opening;
      if (failure === undefined) await file.write(chunks, at);
    } catch (error) {
      failure ??= { error };
    } finally {
      if (--unfinished === 0) for (const goOn of waiting.splice(0)) goOn();
    }
  };
  const untilQuiet = async (): Promise<void> => {
    if (unfinished > 0) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const close = async (): Promise<void> => {
    await untilQuiet();
    const file = await opening?.catch(() => undefined);
    await file?.close();
  };

  return {
    failure: () => failure,
    write(chunk) {
      const chunks = Buffer.isBuffer(chunk) ? [chunk] : chunk;
      const at = position;
      for (const { length } of chunks) position += length;
      return writeAt(chunks, at);
    },
    async end() {
      await untilQuiet();
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
