import type { ArchiveEntry } from './entry.js';
import { createEntryParser } from './entry-parser.js';
import type { Piece } from './plan-pieces.js';
import type { Sink } from './sink.js';
import { finishSink, openSink, type UnpackContext } from './unpack-context.js';

/**
 * Reads a piece of whole entries and saves them. A failed entry is reported to `onFailure`, and the others continue. If
 * reading itself fails, entries that were received completely are still saved.
 *
 * @throws {FileSystemError} of the disk as a whole, or an error of the source
 */
export async function unpackEntries(
  { start, end, entries }: Piece & { type: 'entries' },
  context: UnpackContext,
  onFailure: (entry: ArchiveEntry, error: unknown) => void,
): Promise<void> {
  const { window } = context;
  const unfinished = new Set<Promise<void>>();
  let fatal: { error: unknown } | undefined;

  const finish = async (entry: ArchiveEntry, sink: Sink): Promise<void> => {
    try {
      await finishSink(entry, sink, context);
    } catch (error) {
      if (context.isFatal(error)) fatal ??= { error };
      else onFailure(entry, error);
    } finally {
      window.leave(entry.uncompressedSize);
    }
  };

  const parser = createEntryParser(start, entries, context.source.label, {
    open: (entry) => openSink(entry, context),
    fail: onFailure,
    close(entry, sink) {
      if (fatal !== undefined) throw fatal.error;
      const pause = window.enter(entry.uncompressedSize);
      const work = finish(entry, sink).finally(() => unfinished.delete(work));
      unfinished.add(work);
      return pause;
    },
  });

  try {
    await context.source.read(start, end, parser.push, context.signal);
  } finally {
    await parser.open()?.discard();
    await Promise.all(unfinished);
  }
  if (fatal !== undefined) throw fatal.error;
}
