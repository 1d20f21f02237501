import { LOCAL_HEADER_BYTES, type ArchiveEntry } from './entry.js';
import type { Part } from '../disk/split-file.js';

/** What one request brings: whole entries that follow each other, or a part of a large one. */
export type Piece =
  | { type: 'entries'; start: number; end: number; entries: ArchiveEntry[] }
  | { type: 'part'; entry: ArchiveEntry; part: Part };

const MEBIBYTE = 1024 * 1024;
const MIN_PIECE_BYTES = 2 * MEBIBYTE;
const MAX_PIECE_BYTES = 16 * MEBIBYTE;
/** A smaller entry is not worth being put together from parts. */
const MIN_SPLIT_BYTES = 8 * MEBIBYTE;
/** A gap of this size is cheaper to read over than to ask anew behind it. */
const MAX_GAP_BYTES = 128 * 1024;
/** A local header's name and extra field, and the data descriptor: of a length that only the archive knows. */
const MAX_EXTRA_BYTES = 2 * 0xffff + 24;

/**
 * Cuts the wanted entries into pieces, in file order. A piece is half of what would be each connection's share of the
 * rest: large at first, because every request costs a round trip, and small in the end, so that no connection is idle
 * while another has much left.
 *
 * @param connections how many will work on them
 * @param canSplit whether a large entry may come in parts
 */
export function planPieces(wanted: readonly ArchiveEntry[], connections: number, canSplit = true): Piece[] {
  const entries = wanted.toSorted((one, other) => one.offset - other.offset);
  let rest = entries.reduce((sum, entry) => sum + entry.compressedSize, 0);
  const pieceBytes = () => Math.min(MAX_PIECE_BYTES, Math.max(MIN_PIECE_BYTES, Math.ceil(rest / (2 * connections))));

  const pieces: Piece[] = [];
  let open: (Piece & { type: 'entries' }) | undefined;
  let openBytes = 0;
  for (const entry of entries) {
    if (canSplit && entry.compressedSize > Math.max(MIN_SPLIT_BYTES, 2 * pieceBytes())) {
      for (let from = 0; from < entry.compressedSize;) {
        const to = Math.min(entry.compressedSize, from + pieceBytes());
        pieces.push({ type: 'part', entry, part: { from, to } });
        rest -= to - from;
        from = to;
      }
      open = undefined;
      continue;
    }
    const end = Math.min(entry.limit, entry.offset + LOCAL_HEADER_BYTES + entry.compressedSize + MAX_EXTRA_BYTES);
    if (open === undefined || entry.offset - open.end > MAX_GAP_BYTES || end - open.start > openBytes) {
      open = { type: 'entries', start: entry.offset, end, entries: [] };
      openBytes = pieceBytes();
      pieces.push(open);
    }
    open.entries.push(entry);
    open.end = end;
    rest -= entry.compressedSize;
  }
  return pieces;
}
