import type { Part, WrittenPart } from '../disk/split-file.js';

/**
 * The stretches of a file that are not there yet, in order.
 *
 * @param size of the whole, in bytes
 * @param present in order, and none of it twice
 */
export function missingParts(size: number, present: readonly WrittenPart[]): Part[] {
  const starts = [0, ...present.map(({ from, bytes }) => from + bytes)];
  const ends = [...present.map(({ from }) => from), size];
  return starts.flatMap((from, at) => {
    const to = ends[at] ?? size;
    return from < to ? [{ from, to }] : [];
  });
}
