import type { ArchiveError, ArchiveErrorReason } from '../../errors.js';
import { LOCAL_HEADER_BYTES, type ArchiveEntry } from './entry.js';

/**
 * Finds entries that share bytes with another or with the central directory, which is how a small archive is made to
 * unpack to a huge one, and tells each of the others where it must have ended.
 */
export function markOverlaps(
  entries: readonly ArchiveEntry[],
  toError: (entry: ArchiveEntry, reason: ArchiveErrorReason, message: string) => ArchiveError,
): void {
  const inFileOrder = entries.toSorted((one, other) => one.offset - other.offset);
  let reached = 0;
  let reachedBy: ArchiveEntry | undefined;
  for (const [at, entry] of inFileOrder.entries()) {
    const next = inFileOrder[at + 1];
    // The local header has a name too, of a length that only it knows.
    const earliestEnd = entry.offset + LOCAL_HEADER_BYTES + entry.compressedSize;
    if (earliestEnd > entry.limit) {
      entry.problem ??= toError(entry, 'overlap', 'it reaches into the central directory.');
    }
    if (next && next.offset < earliestEnd) {
      entry.problem ??= toError(entry, 'overlap', `it overlaps with ${JSON.stringify(next.name)}.`);
    }
    if (reachedBy && entry.offset < reached) {
      entry.problem ??= toError(entry, 'overlap', `it overlaps with ${JSON.stringify(reachedBy.name)}.`);
    }
    if (next) entry.limit = Math.min(entry.limit, next.offset);
    if (earliestEnd > reached) {
      reached = earliestEnd;
      reachedBy = entry;
    }
  }
}
