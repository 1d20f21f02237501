import { crc32, deflateRawSync, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createScratchPool } from '../../../src/node/budget/scratch.js';
import type { ArchiveEntry } from '../../../src/node/zip/entry.js';
import { createPackedBytes, type PackedBytes } from '../../../src/node/zip/packed-bytes.js';
import { createEntry } from './deflated-entry.js';
import { noise } from '../../helpers/node-zip.js';

function collect(packed: Buffer, entry: ArchiveEntry, pieceBytes = packed.length): PackedBytes {
  const collected = createPackedBytes(entry, createScratchPool());
  for (let at = 0; at < packed.length; at += pieceBytes) collected.push(packed.subarray(at, at + pieceBytes));
  return collected;
}

const text = Buffer.from('the same words again, and '.repeat(120));

describe('packed bytes', () => {
  it('is a gzip file, too, whatever the pieces are that it comes in', () => {
    const packed = deflateRawSync(text);
    const collected = collect(packed, createEntry(packed, { data: text }), 11);
    expect(gunzipSync(collected.gzip())).toEqual(text);
    expect(collected.bytes()).toEqual(packed);
  });

  it('is one of an empty stream', () => {
    const packed = deflateRawSync('');
    expect(gunzipSync(collect(packed, createEntry(packed, { data: Buffer.alloc(0) })).gzip())).toHaveLength(0);
  });

  it.each([
    ['CRC-32', { crc32: (crc32(text) ^ 1) >>> 0 }],
    ['length', { uncompressedSize: text.length + 1 }],
  ])('is a gzip file that cannot be unpacked when the %s is wrong', (_, wrong) => {
    const packed = deflateRawSync(text);
    const gzip = collect(packed, { ...createEntry(packed, { data: text }), ...wrong }).gzip();
    expect(() => gunzipSync(gzip)).toThrow(/incorrect (data|length) check/);
  });

  it.each([
    ['an empty stream and what looks like another file', [gzipSync('').subarray(10), gzipSync('x')], true],
    ['a stream with a file behind it', [deflateRawSync(text), gzipSync('x')], false],
    ['a stream', [deflateRawSync(text)], false],
  ])('may be several, or not: %s', (_, parts, mayBeSeveral) => {
    const packed = Buffer.concat(parts);
    expect(collect(packed, createEntry(packed, { data: text })).mayBeSeveral()).toBe(mayBeSeveral);
  });
});

describe('the memory', () => {
  it('is used again when it was given back, with nothing of what was in it', () => {
    const scratch = createScratchPool();
    const first = createPackedBytes(createEntry(noise(900, 2), { data: text }), scratch);
    first.push(noise(900, 2));
    const { buffer } = first.gzip();
    first.release();
    const packed = deflateRawSync('short');
    const second = createPackedBytes(createEntry(packed, { data: Buffer.from('short') }), scratch);
    second.push(packed);
    expect(second.gzip().buffer).toBe(buffer);
    expect(gunzipSync(second.gzip()).toString()).toBe('short');
  });
});
