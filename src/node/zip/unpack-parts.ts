import { rm } from 'node:fs/promises';
import { readBytes } from '../byte-source.js';
import { openFileSource } from '../transfer/file-source.js';
import { LOCAL_HEADER_BYTES, type ArchiveEntry } from './entry.js';
import { createInflateStreamSink } from './inflate-stream-sink.js';
import { dataStartOf } from './local-header.js';
import { assertIntact } from './sink.js';
import { createSplitFile, type Part } from '../disk/split-file.js';
import { finishSink, type UnpackContext } from './unpack-context.js';

/** A large entry that comes in parts, over several connections. */
export interface SplitEntry {
  /** Reads a part. With the last of them, the entry is checked and saved. */
  unpackPart(part: Part): Promise<void>;
  /** Removes what is there of it, if it was not saved. */
  discard(): Promise<void>;
}

/**
 * Stored bytes go to their place in the file at once. Deflated ones can only be inflated in order, so they are
 * collected in a file first.
 *
 * @param parts how many parts there are
 */
export function createSplitEntry(entry: ArchiveEntry, parts: number, context: UnpackContext): SplitEntry {
  const { source, files, newTempPath, signal } = context;
  const packed = createSplitFile(newTempPath(), files);
  let dataStart: Promise<number> | undefined;
  let missing = parts;
  let isSaved = false;

  const findData = async () => {
    const header = await readBytes(source, entry.offset, entry.offset + LOCAL_HEADER_BYTES, signal);
    return dataStartOf(header, entry, source.label);
  };

  const finish = async () => {
    const collected = await packed.end();
    if (entry.isDeflated) {
      await inflateFile(entry, collected.path, context);
    } else {
      assertIntact(entry, source.label, collected);
      await context.save(entry, collected);
    }
    isSaved = !entry.isDeflated;
  };

  return {
    async unpackPart(part) {
      const start = await (dataStart ??= findData());
      const writer = packed.openPart(part);
      try {
        await source.read(start + part.from, start + part.to, writer.write, signal);
      } finally {
        await writer.end();
      }
      if (--missing === 0) await finish();
    },
    async discard() {
      if (!isSaved) await packed.discard();
    },
  };
}

async function inflateFile(entry: ArchiveEntry, path: string, context: UnpackContext): Promise<void> {
  const { source, files, newTempPath, signal } = context;
  const file = await openFileSource(path);
  const sink = createInflateStreamSink(entry, source.label, newTempPath(), files);
  try {
    await file.read(0, file.size, (chunk) => sink.write(chunk), signal);
  } catch (error) {
    await sink.discard();
    throw error;
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
  await finishSink(entry, sink, context);
}
