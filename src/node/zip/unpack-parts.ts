import { ArchiveError } from '../../errors.js';
import { readBytes } from '../byte-source.js';
import { openFileSource } from '../disk/file-source.js';
import { LOCAL_HEADER_BYTES, type ArchiveEntry } from './entry.js';
import { createInflateStreamSink } from './inflate-stream-sink.js';
import { dataStartOf } from './local-header.js';
import { assertIntact } from './sink.js';
import type { Part } from '../disk/split-file.js';
import { finishSink, type Assembly, type UnpackContext } from './unpack-context.js';

/** A large entry that is fetched in parts, over several connections. */
export interface SplitEntry {
  /** Fetches the missing bytes of a part. After the last part, the entry is checked and saved. */
  unpackPart(part: Part): Promise<void>;
  /** Closes the entry. An incomplete file is removed, unless a later run can resume it. */
  close(): Promise<void>;
}

/**
 * Creates an entry from parts. Stored bytes are written directly to their place in the file that is saved. Deflated
 * bytes can only be inflated in order, so they are collected in a file first.
 *
 * @param parts the number of parts
 * @param assemble called once, before the first part
 */
export function createSplitEntry(
  entry: ArchiveEntry,
  parts: number,
  assemble: () => Promise<Assembly>,
  context: UnpackContext,
): SplitEntry {
  const { source, signal } = context;
  let assembly: Promise<Assembly> | undefined;
  let dataStart: Promise<number> | undefined;
  let unread = parts;
  let isDone = false;

  const findData = async () => {
    const header = await readBytes(source, entry.offset, entry.offset + LOCAL_HEADER_BYTES, signal);
    return dataStartOf(header, entry, source.label);
  };

  const fetch = async ({ file }: Assembly, part: Part): Promise<void> => {
    const start = await (dataStart ??= findData());
    const writer = file.openPart(part);
    try {
      await source.read(start + part.from, start + part.to, writer.write, signal);
    } finally {
      await writer.end();
    }
  };

  const finish = async ({ file, remove }: Assembly) => {
    const collected = await file.end();
    if (entry.isDeflated) {
      await inflateFile(entry, collected.path, context);
    } else {
      assertIntact(entry, source.label, collected);
      await context.save(entry, collected);
    }
    isDone = true;
    await remove();
  };

  return {
    async unpackPart(part) {
      try {
        const opened = await (assembly ??= assemble());
        for (const stretch of intersect(opened.missing, part)) await fetch(opened, stretch);
        if (--unread === 0) await finish(opened);
      } catch (error) {
        // The data does not match the central directory, so a later run must not resume it.
        if (error instanceof ArchiveError && error.entry !== undefined) {
          isDone = true;
          await (await assembly)?.remove();
        }
        throw error;
      }
    },
    async close() {
      if (isDone) return;
      const opened = await assembly?.catch(() => undefined);
      await opened?.leave();
    },
  };
}

/** The intersections of the ranges with the part. */
function intersect(stretches: readonly Part[], part: Part): Part[] {
  return stretches.flatMap((stretch) => {
    const [from, to] = [Math.max(stretch.from, part.from), Math.min(stretch.to, part.to)];
    return from < to ? [{ from, to }] : [];
  });
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
  }
  await finishSink(entry, sink, context);
}
