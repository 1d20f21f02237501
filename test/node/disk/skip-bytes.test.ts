import { expect, it } from 'vitest';
import { skipBytes } from '../../../src/node/disk/skip-bytes.js';

it.each([
  [0, ['abc', 'de', 'f']],
  [2, ['c', 'de', 'f']],
  [3, ['de', 'f']],
  [4, ['e', 'f']],
  [6, []],
])('leaves out the first %i bytes, and what is empty then', (bytes, left) => {
  const buffers = ['abc', '', 'de', 'f'].map((text) => Buffer.from(text));
  expect(skipBytes(buffers, bytes).map(String)).toEqual(left);
});
