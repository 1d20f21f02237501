import { setMaxListeners } from 'node:events';
import { ArchiveError } from '../../errors.js';
import type { ArchiveEntry } from './entry.js';
import { planPieces, type Piece } from './plan-pieces.js';
import type { UnpackContext } from './unpack-context.js';
import { unpackEntries } from './unpack-entries.js';
import { createSplitEntry, type SplitEntry } from './unpack-parts.js';

/** Errors that a second attempt may not meet, because the bytes may have been damaged in transit. */
const WORTH_ANOTHER_TRY = new Set(['crc-mismatch', 'size-mismatch', 'invalid-data']);

/**
 * Unpacks entries over all connections of the pool, and saves each entry as soon as it is complete and intact. An entry
 * whose bytes are damaged is fetched once more.
 *
 * @returns the failed entries with their errors; all others are saved
 * @throws an error of the source or of the disk as a whole; entries that are saved by then are kept
 */
export async function unpackArchive(
  entries: readonly ArchiveEntry[],
  context: UnpackContext,
  onAgain: (entry: ArchiveEntry, error: ArchiveError) => void,
): Promise<Map<ArchiveEntry, unknown>> {
  const failures = await unpackOnce(entries, context);
  const again: ArchiveEntry[] = [];
  for (const [entry, error] of failures) {
    if (!(error instanceof ArchiveError) || !WORTH_ANOTHER_TRY.has(error.reason)) continue;
    onAgain(entry, error);
    again.push(entry);
    failures.delete(entry);
  }
  if (again.length === 0) return failures;
  await context.source.forget();
  return new Map([...failures, ...(await unpackOnce(again, context))]);
}

async function unpackOnce(
  entries: readonly ArchiveEntry[],
  context: UnpackContext,
): Promise<Map<ArchiveEntry, unknown>> {
  context.signal.throwIfAborted();
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const onAbort = () => stop.abort(context.signal.reason);
  context.signal.addEventListener('abort', onAbort, { once: true });
  const own: UnpackContext = { ...context, signal: stop.signal };
  const failures = new Map<ArchiveEntry, unknown>();
  const split = new Map<ArchiveEntry, SplitEntry>();
  let failed: { error: unknown } | undefined;

  const { assemble } = context;
  const pieces = planPieces(entries, context.pool.max, assemble !== undefined);
  for (const piece of pieces) {
    if (piece.type !== 'part' || assemble === undefined || split.has(piece.entry)) continue;
    const open = () => assemble(piece.entry);
    split.set(piece.entry, createSplitEntry(piece.entry, countParts(pieces, piece.entry), open, own));
  }
  const unpack = async (piece: Piece): Promise<void> => {
    if (piece.type === 'entries') {
      await unpackEntries(piece, own, (entry, error) => failures.set(entry, error));
      return;
    }
    if (failures.has(piece.entry)) return;
    try {
      await split.get(piece.entry)?.unpackPart(piece.part);
    } catch (error) {
      if (!(error instanceof ArchiveError) || error.entry === undefined) throw error;
      failures.set(piece.entry, error);
    }
  };
  const work = pieces.map(async (piece) => {
    try {
      await context.pool.run(() => unpack(piece), stop.signal);
    } catch (error) {
      failed ??= { error };
      stop.abort(error);
    }
  });
  await Promise.all(work);
  context.signal.removeEventListener('abort', onAbort);
  await Promise.all([...split.values()].map((entry) => entry.close()));
  if (failed !== undefined) throw failed.error;
  return failures;
}

function countParts(pieces: readonly Piece[], entry: ArchiveEntry): number {
  return pieces.filter((piece) => piece.type === 'part' && piece.entry === entry).length;
}
