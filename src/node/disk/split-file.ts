import { rm } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { ByteConsumer } from '../byte-source.js';
import { combineCrc32 } from './crc32-combine.js';
import { createFileWriter } from './file-writer.js';
import type { OutputFile, OutputFiles } from './output-files.js';
import type { WrittenFile } from './written-file.js';

/** A stretch of the packed bytes of an entry. */
export interface Part {
  /** Counted from the first packed byte. */
  from: number;
  to: number;
}

/** A stretch of a file whose bytes are there. */
export interface WrittenPart {
  /** Counted from the first byte of the file. */
  from: number;
  bytes: number;
  crc32: number;
}

/** One file that several connections write at once, each its own parts. */
export interface SplitFile {
  /** Takes the bytes of a part, in order. */
  openPart(part: Part): { write: ByteConsumer; end(): Promise<void> };
  /** Closes the file when every part has ended. Length and CRC-32 are those of all parts together. */
  end(): Promise<WrittenFile>;
  /** Gives the file up, and leaves what is there of it. */
  close: () => Promise<void>;
  /** Gives the file up, and removes it. */
  discard: () => Promise<void>;
}

export interface SplitFileOptions {
  /** What is in the file already, none of it twice. Where something is, the file is not made but opened. */
  present?: readonly WrittenPart[];
  /** Hears of each part when its bytes are in the file, as far as it came; the part ends when this is done. */
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

/** The file, with a word on each part that has ended. */
export function tellOfParts(file: SplitFile, onEnd: (part: Part) => void): SplitFile {
  return {
    ...file,
    openPart(part) {
      const writer = file.openPart(part);
      return { ...writer, end: () => writer.end().then(() => onEnd(part)) };
    },
  };
}
