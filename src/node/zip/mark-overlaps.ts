import { entryError, LOCAL_HEADER_BYTES, type ArchiveEntry } from './entry.js';

/**
 * Sets the `problem` of entries that share bytes with another entry or with the central directory: such overlaps make a
 * small archive unpack to a huge size. Also lowers the `limit` of each entry to the start of the next one.
 *
 * @param archive what error messages call it
 */
export function markOverlaps(entries: readonly ArchiveEntry[], archive: string): void {
  const inFileOrder = entries.toSorted((one, other) => one.offset - other.offset);
  let reached = 0;
  let reachedBy: ArchiveEntry | undefined;
  for (const [at, entry] of inFileOrder.entries()) {
    const next = inFileOrder[at + 1];
    // A lower bound: the lengths of the name and the extra field of the local header are not known yet.
    const earliestEnd = entry.offset + LOCAL_HEADER_BYTES + entry.compressedSize;
    if (earliestEnd > entry.limit) {
      entry.problem ??= entryError(entry, archive, 'overlap', 'it reaches into the central directory.');
    }
    if (next && next.offset < earliestEnd) {
      entry.problem ??= entryError(entry, archive, 'overlap', `it overlaps with ${JSON.stringify(next.name)}.`);
    }
    if (reachedBy && entry.offset < reached) {
      entry.problem ??= entryError(entry, archive, 'overlap', `it overlaps with ${JSON.stringify(reachedBy.name)}.`);
    }
    if (next) entry.limit = Math.min(entry.limit, next.offset);
    if (earliestEnd > reached) {
      reached = earliestEnd;
      reachedBy = entry;
    }
  }
}
