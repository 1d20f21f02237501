import { rm } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { ByteConsumer } from '../byte-source.js';
import { combineCrc32 } from '../crc32-combine.js';
import { createFileWriter } from '../disk/file-writer.js';
import type { OutputFile, OutputFiles } from '../disk/output-files.js';
import type { WrittenFile } from './sink.js';

/** A stretch of the packed bytes of an entry. */
export interface Part {
  /** Counted from the first packed byte. */
  from: number;
  to: number;
}

/** One file that several connections write at once, each its own parts. */
export interface SplitFile {
  /** Takes the bytes of a part, in order. */
  openPart(part: Part): { write: ByteConsumer; end(): Promise<void> };
  /** Closes the file when every part has ended. Length and CRC-32 are those of all parts together. */
  end(): Promise<WrittenFile>;
  discard(): Promise<void>;
}

export function createSplitFile(path: string, files: OutputFiles): SplitFile {
  let file: Promise<OutputFile> | undefined;
  const open = () => (file ??= files.create(path));
  const finished: { from: number; bytes: number; crc: number }[] = [];
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
          finished.push({ from, bytes, crc });
        },
      };
    },
    async end() {
      const { mtimeMs } = await (await open()).close();
      finished.sort((one, other) => one.from - other.from);
      return {
        path,
        bytes: finished.reduce((sum, part) => sum + part.bytes, 0),
        crc32: finished.reduce((sum, part) => combineCrc32(sum, part.crc, part.bytes), 0),
        mtimeMs,
      };
    },
    async discard() {
      await file?.then(
        (opened) => opened.close(),
        () => undefined,
      );
      await rm(path, { force: true });
    },
  };
}
