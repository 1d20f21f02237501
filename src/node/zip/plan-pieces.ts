import { LOCAL_HEADER_BYTES, type ArchiveEntry } from './entry.js';
import type { Part } from './split-file.js';

/** What one request brings: whole entries that follow each other, or a part of a large one. */
export type Piece =
  | { type: 'entries'; start: number; end: number; entries: ArchiveEntry[] }
  | { type: 'part'; entry: ArchiveEntry; part: Part };

const MIN_PIECE_BYTES = 2 * 1024 * 1024;
const MAX_PIECE_BYTES = 16 * 1024 * 1024;
/** Enough for every connection to have several, so that none is idle at the end. */
const PIECES_PER_CONNECTION = 4;
/** A gap of this size is cheaper to read over than to ask anew behind it. */
const MAX_GAP_BYTES = 128 * 1024;
/** A local header's name and extra field, and the data descriptor: of a length that only the archive knows. */
const MAX_EXTRA_BYTES = 2 * 0xffff + 24;

/**
 * Cuts the wanted entries into pieces, in file order.
 *
 * @param connections how many will work on them
 */
export function planPieces(wanted: readonly ArchiveEntry[], connections: number): Piece[] {
  const entries = wanted.toSorted((one, other) => one.offset - other.offset);
  const total = entries.reduce((sum, entry) => sum + entry.compressedSize, 0);
  const pieceBytes = clamp(Math.ceil(total / (connections * PIECES_PER_CONNECTION)), MIN_PIECE_BYTES, MAX_PIECE_BYTES);

  const pieces: Piece[] = [];
  let open: (Piece & { type: 'entries' }) | undefined;
  for (const entry of entries) {
    if (entry.compressedSize > 2 * pieceBytes) {
      pieces.push(...splitEntry(entry, pieceBytes));
      open = undefined;
      continue;
    }
    const end = Math.min(entry.limit, entry.offset + LOCAL_HEADER_BYTES + entry.compressedSize + MAX_EXTRA_BYTES);
    if (open === undefined || entry.offset - open.end > MAX_GAP_BYTES || end - open.start > pieceBytes) {
      open = { type: 'entries', start: entry.offset, end, entries: [] };
      pieces.push(open);
    }
    open.entries.push(entry);
    open.end = end;
  }
  return pieces;
}

function splitEntry(entry: ArchiveEntry, pieceBytes: number): Piece[] {
  const count = Math.ceil(entry.compressedSize / pieceBytes);
  return Array.from({ length: count }, (_, index) => {
    const from = index * pieceBytes;
    return { type: 'part', entry, part: { from, to: Math.min(entry.compressedSize, from + pieceBytes) } };
  });
}

function clamp(value: number, minimum: number, maximum: number): number {
  return Math.min(maximum, Math.max(minimum, value));
}
