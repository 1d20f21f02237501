import { describe, expect, it } from 'vitest';
import { createArchiveCache } from '../../src/sandbox/archive-cache.js';

function countingCache(maxBytes: number) {
  const built: string[] = [];
  const get = createArchiveCache((key) => {
    built.push(key);
    return Promise.resolve(key === 'none' ? undefined : Buffer.alloc(4, key));
  }, maxBytes);
  return { get, built };
}

describe('createArchiveCache', () => {
  it('builds once, even when asked twice at the same time', async () => {
    const { get, built } = countingCache(100);
    const [first, second] = await Promise.all([get('a'), get('a')]);
    expect(first).toBe(second);
    expect((await get('a'))?.bytes.toString()).toBe('aaaa');
    expect((await get('b'))?.etag).not.toBe(first?.etag);
    expect(built).toEqual(['a', 'b']);
  });

  it('lets go of what was not asked for longest, and never of the newest', async () => {
    const { get, built } = countingCache(8);
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await get(key);
    expect(built).toEqual(['a', 'b', 'c', 'b']);
    const tight = countingCache(1);
    for (const key of ['a', 'a', 'b', 'b', 'a']) await tight.get(key);
    expect(tight.built).toEqual(['a', 'b', 'a']);
  });

  it('has nothing where there is nothing', async () => {
    expect(await countingCache(8).get('none')).toBeUndefined();
  });
});
