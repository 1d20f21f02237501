import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { combineCrc32 } from '../../../src/node/disk/crc32-combine.js';
import { noise } from '../../helpers/node-zip.js';

it.each([
  [0, 0],
  [0, 10],
  [10, 0],
  [1, 1],
  [1000, 3],
  [3, 65_537],
  [100_000, 99_999],
])('combines the CRC-32 of %i and of %i bytes', (first, second) => {
  const [one, other] = [noise(first, 1), noise(second, 2)];
  expect(combineCrc32(crc32(one), crc32(other), second)).toBe(crc32(Buffer.concat([one, other])));
});
