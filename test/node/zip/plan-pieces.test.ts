import { describe, expect, it } from 'vitest';
import type { ArchiveEntry } from '../../../src/node/zip/entry.js';
import { planPieces } from '../../../src/node/zip/plan-pieces.js';

const MEBIBYTE = 1024 * 1024;

/** Entries of these sizes, one behind the other, with a gap before each. */
function makeEntries(sizes: readonly number[], gap = 0): ArchiveEntry[] {
  let offset = 0;
  return sizes.map((size, index) => {
    offset += gap;
    const entry = { index, name: `${index}`, occurrence: 0, offset, limit: offset + size + 100 } as ArchiveEntry;
    offset = entry.limit;
    return { ...entry, compressedSize: size, uncompressedSize: size };
  });
}

function coverage(entries: readonly ArchiveEntry[], connections: number): number[] {
  const covered = entries.map(() => 0);
  for (const piece of planPieces(entries, connections)) {
    if (piece.type === 'part') covered[piece.entry.index]! += piece.part.to - piece.part.from;
    else for (const entry of piece.entries) covered[entry.index]! += entry.compressedSize;
  }
  return covered;
}

describe('planPieces', () => {
  it.each([
    ['many small ones', Array.from({ length: 1000 }, () => 20_000)],
    ['many of a mebibyte', Array.from({ length: 300 }, () => MEBIBYTE)],
    ['one that is large', [300 * MEBIBYTE]],
    ['large and small ones', [5, 90 * MEBIBYTE, 0, 7, 40 * MEBIBYTE, 3 * MEBIBYTE]],
    ['none', []],
  ])('covers every byte once: %s', (_, sizes) => {
    const entries = makeEntries(sizes);
    for (const connections of [1, 4, 16]) expect(coverage(entries, connections)).toEqual(sizes);
  });

  it('makes pieces large at first and small in the end', () => {
    const pieces = planPieces(makeEntries(Array.from({ length: 1000 }, () => MEBIBYTE)), 8);
    const sizes = pieces.map((piece) => (piece.type === 'entries' ? piece.entries.length : 0));
    expect(sizes[0]).toBeGreaterThanOrEqual(15);
    expect(sizes.slice(-8)).toEqual(Array.from({ length: 8 }, () => 1));
    expect(sizes.length).toBeLessThan(150);
  });

  it('leaves out what lies between entries that are far from each other', () => {
    const pieces = planPieces(makeEntries([1000, 1000], MEBIBYTE), 4);
    expect(pieces).toHaveLength(2);
    expect(planPieces(makeEntries([1000, 1000], 1000), 4)).toHaveLength(1);
  });

  it('reads no further than the entries can reach', () => {
    for (const piece of planPieces(makeEntries([1000, MEBIBYTE, 500]), 4)) {
      if (piece.type !== 'entries') continue;
      expect(piece.start).toBe(piece.entries[0]!.offset);
      expect(piece.end).toBe(piece.entries.at(-1)!.limit);
    }
  });
});
