import { expect, it } from 'vitest';
import { missingParts } from '../../../src/node/partial/missing-parts.js';

const present = (...stretches: [from: number, bytes: number][]) =>
  stretches.map(([from, bytes]) => ({ from, bytes, crc32: 0 }));

it.each<[number, [number, number][], [number, number][]]>([
  [0, [], []],
  [10, [], [[0, 10]]],
  [10, [[0, 10]], []],
  [10, [[0, 4]], [[4, 10]]],
  [10, [[6, 4]], [[0, 6]]],
  [10, [[0, 2], [2, 3], [7, 1]], [[5, 7], [8, 10]]], // prettier-ignore
])('of %j bytes, with %j: %j', (size, there, missing) => {
  expect(missingParts(size, present(...there))).toEqual(missing.map(([from, to]) => ({ from, to })));
});
