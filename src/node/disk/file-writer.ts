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
  let position = start;
  let unfinished = 0;
  /** Those who wait for the end of what is being written. */
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
