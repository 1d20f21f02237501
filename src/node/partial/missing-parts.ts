import type { Part, WrittenPart } from '../disk/split-file.js';

/**
 * Returns the ranges of a file that are missing, in order.
 *
 * @param size of the complete file, in bytes
 * @param present the parts that the file contains, in order and without overlaps
 */
export function missingParts(size: number, present: readonly WrittenPart[]): Part[] {
  const starts = [0, ...present.map(({ from, bytes }) => from + bytes)];
  const ends = [...present.map(({ from }) => from), size];
  return starts.flatMap((from, at) => {
    const to = ends[at] ?? size;
    return from < to ? [{ from, to }] : [];
  });
}
