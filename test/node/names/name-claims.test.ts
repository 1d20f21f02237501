import { describe, expect, it } from 'vitest';
import { createNameClaims, type Claim } from '../../../src/node/names/name-claims.js';

interface File extends Claim {
  id: string;
}

const claim = (id: string, rank: number[], plainPath: string): File => ({ id, rank, index: 0, plainPath });
const hashOf = ({ id }: File) => `hash-of-${id}`;

const wanted: File[] = [
  claim('a', [0, 0], 'x.png'),
  claim('b', [0, 1], 'X.png'),
  claim('c', [1, 0, 5], 'x.png'),
  claim('d', [1, 1, 0], 'y/z.png'),
  claim('e', [2, 0], 'Y'),
  claim('f', [2, 1], 'y/z.png/deeper'),
  claim('g', [3, 0], 'alone'),
];

function pathsAfter(order: readonly File[]): Record<string, string | undefined> {
  const claims = createNameClaims(hashOf);
  const places = new Map<string, string | undefined>();
  for (const next of order) {
    const moves = claims.claim(next);
    for (const { file, from, to } of moves) {
      expect(places.get(file.id)).toBe(from);
      expect(claims.pathOf(file)).toBe(to);
    }
    places.set(next.id, claims.pathOf(next));
    for (const { file, to } of moves) places.set(file.id, to);
  }
  for (const file of order) expect(places.get(file.id)).toBe(claims.pathOf(file));
  return Object.fromEntries(wanted.map((file) => [file.id, claims.pathOf(file)]));
}

describe('createNameClaims', () => {
  it('gives a path to the first, and all others one of their own', () => {
    expect(pathsAfter(wanted)).toEqual({
      a: 'x.png',
      b: 'X~hash-of-b.png',
      c: 'x~hash-of-c.png',
      d: 'y/z~hash-of-d.png',
      e: 'Y~hash-of-e',
      f: 'y/z.png/deeper',
      g: 'alone',
    });
  });

  it('comes to the same whatever the order, and tells every move', () => {
    const expected = pathsAfter(wanted);
    let state = 7;
    for (let round = 0; round < 200; round++) {
      const order = wanted
        .map((one) => ({ one, key: (state = (state * 1103515245 + 12345) % 2147483648) }))
        .sort((one, other) => one.key - other.key)
        .map(({ one }) => one);
      expect(pathsAfter(order)).toEqual(expected);
    }
  });

  it('moves everybody away from a path that is occupied', () => {
    const claims = createNameClaims(hashOf);
    const a = claim('a', [0], 'x');
    claims.claim(a);
    expect(claims.occupy('X')).toEqual([{ file: a, from: 'x', to: 'x~hash-of-a' }]);
    expect(claims.isSuffixed(a)).toBe(true);
  });

  it('gives a path on when its holder is released', () => {
    const claims = createNameClaims(hashOf);
    const a = claim('a', [0], 'x');
    const b = claim('b', [1], 'x');
    claims.claim(a);
    claims.claim(b);
    expect(claims.release(a)).toEqual([{ file: b, from: 'x~hash-of-b', to: 'x' }]);
    expect(claims.release(a)).toEqual([]);
  });
});
