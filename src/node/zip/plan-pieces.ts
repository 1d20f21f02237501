import { LOCAL_HEADER_BYTES, type ArchiveEntry } from './entry.js';
import type { Part } from '../disk/split-file.js';

/** What one request fetches: successive whole entries, or a part of a large entry. */
export type Piece =
  | { type: 'entries'; start: number; end: number; entries: ArchiveEntry[] }
  | { type: 'part'; entry: ArchiveEntry; part: Part };

const MEBIBYTE = 1024 * 1024;
const MIN_PIECE_BYTES = 2 * MEBIBYTE;
const MAX_PIECE_BYTES = 16 * MEBIBYTE;
/** Entries up to this size are not split into parts, because that would not pay. */
const MIN_SPLIT_BYTES = 8 * MEBIBYTE;
/** Reading over a gap up to this size is cheaper than another request. */
const MAX_GAP_BYTES = 128 * 1024;
/**
 * The most that name and extra field of a local header, and a data descriptor, can take. Their size is not known yet.
 */
const MAX_EXTRA_BYTES = 2 * 0xffff + 24;

/**
 * Cuts the wanted entries into pieces, in file order. The size of a piece is half of one connection's share of the
 * remaining bytes. Pieces are large at first, because every request costs a round trip, and small at the end, so that
 * no connection is idle while another has much left to fetch.
 *
 * @param connections how many connections fetch pieces at the same time
 * @param canSplit whether a large entry may be fetched in parts
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
