import { rm } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { ByteConsumer } from '../byte-source.js';
import { combineCrc32 } from './crc32-combine.js';
import { createFileWriter } from './file-writer.js';
import type { OutputFile, OutputFiles } from './output-files.js';
import type { WrittenFile } from './written-file.js';

/** A range of a file that is assembled from parts: an archive, or the compressed bytes of an entry. */
export interface Part {
  /** The offset of the first byte. */
  from: number;
  /** The offset after the last byte. */
  to: number;
}

/** A range of a file that has been written. */
export interface WrittenPart {
  /** The offset of the first byte. */
  from: number;
  bytes: number;
  crc32: number;
}

/** A file that several connections write at the same time, each of them its own parts. */
export interface SplitFile {
  /** Opens a writer for a part, whose bytes have to be written in order. */
  openPart(part: Part): { write: ByteConsumer; end(): Promise<void> };
  /** Closes the file; all parts must have ended before. Length and CRC-32 are those of all parts together. */
  end(): Promise<WrittenFile>;
  /** Closes the file and keeps what has been written. */
  close: () => Promise<void>;
  /** Closes the file and removes it. */
  discard: () => Promise<void>;
}

export interface SplitFileOptions {
  /** The parts that are already in the file, without overlaps. If there are any, the file is opened, not created. */
  present?: readonly WrittenPart[];
  /** Called for each part after its bytes were written, even if it is incomplete. The part ends when this resolves. */
  onWritten?: (part: WrittenPart) => Promise<void>;
}

export function createSplitFile(
  path: string,
  files: OutputFiles,
  { present = [], onWritten }: SplitFileOptions = {},
): SplitFile {
  let file: Promise<OutputFile> | undefined;
  const open = () => (file ??= present.length > 0 ? files.reopen(path) : files.create(path));
  const written: WrittenPart[] = [...present];
  const close = async (): Promise<void> => {
    await file?.then(
      (opened) => opened.close(),
      () => undefined,
    );
  };
  return {
    openPart({ from }) {
      const writer = createFileWriter(open, from);
      let bytes = 0;
      let crc = 0;
      return {
        write(chunk) {
          bytes += chunk.length;
          crc = crc32(chunk, crc);
          return writer.write(chunk);
        },
        async end() {
          await writer.end();
          const part = { from, bytes, crc32: crc };
          written.push(part);
          if (bytes > 0) await onWritten?.(part);
        },
      };
    },
    async end() {
      const { mtimeMs } = await (await open()).close();
      written.sort((one, other) => one.from - other.from);
      return {
        path,
        bytes: written.reduce((sum, part) => sum + part.bytes, 0),
        crc32: written.reduce((sum, part) => combineCrc32(sum, part.crc32, part.bytes), 0),
        mtimeMs,
      };
    },
    close,
    async discard() {
      await close();
      await rm(path, { force: true });
    },
  };
}

/** Wraps a file so that `onEnd` is called with each part that has ended. */
export function tellOfParts(file: SplitFile, onEnd: (part: Part) => void): SplitFile {
  return {
    ...file,
    openPart(part) {
      const writer = file.openPart(part);
      return { ...writer, end: () => writer.end().then(() => onEnd(part)) };
    },
  };
}
