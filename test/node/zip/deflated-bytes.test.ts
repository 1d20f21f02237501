import { crc32, deflateRawSync, gunzipSync, gzipSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createScratchPool } from '../../../src/node/budget/scratch.js';
import { createDeflatedBytes, type DeflatedBytes } from '../../../src/node/zip/deflated-bytes.js';
import type { ArchiveEntry } from '../../../src/node/zip/entry.js';
import { createEntry, packStoredFirst } from './deflated-entry.js';
import { noise } from '../../helpers/node-zip.js';

function collect(packed: Buffer, entry: ArchiveEntry, pieceBytes = packed.length): DeflatedBytes {
  const collected = createDeflatedBytes(entry, createScratchPool());
  for (let at = 0; at < packed.length; at += pieceBytes) collected.push(packed.subarray(at, at + pieceBytes));
  return collected;
}

const text = Buffer.from('the same words again, and '.repeat(120));

describe('what has to be inflated', () => {
  it('is a gzip file, too, whatever the pieces are that it comes in', () => {
    const packed = deflateRawSync(text);
    const collected = collect(packed, createEntry(packed, { data: text }), 11);
    expect(gunzipSync(collected.gzip)).toEqual(text);
    expect(collected.rest).toEqual(packed);
    expect(collected.stored).toHaveLength(0);
  });

  it('is one of an empty stream', () => {
    const packed = deflateRawSync('');
    expect(gunzipSync(collect(packed, createEntry(packed, { data: Buffer.alloc(0) })).gzip)).toHaveLength(0);
  });

  it.each([
    ['CRC-32', { crc32: (crc32(text) ^ 1) >>> 0 }],
    ['length', { uncompressedSize: text.length + 1 }],
  ])('is a gzip file that cannot be unpacked when the %s is wrong', (_, wrong) => {
    const packed = deflateRawSync(text);
    const { gzip } = collect(packed, { ...createEntry(packed, { data: text }), ...wrong });
    expect(() => gunzipSync(gzip)).toThrow(/incorrect (data|length) check/);
  });

  it.each([
    ['an empty stream and what looks like another file', [gzipSync('').subarray(10), gzipSync('x')], true],
    ['a stream with a file behind it', [deflateRawSync(text), gzipSync('x')], false],
    ['a stream', [deflateRawSync(text)], false],
  ])('may be several, or not: %s', (_, parts, mayBeSeveral) => {
    const packed = Buffer.concat(parts);
    expect(collect(packed, createEntry(packed, { data: text })).mayBeSeveral).toBe(mayBeSeveral);
  });
});

describe('stored blocks', () => {
  const data = noise(100_000);

  it.each([1, 7, 65_540, 200_000])('are put together, from pieces of %i bytes', (pieceBytes) => {
    const packed = deflateRawSync(data, { level: 0 });
    const { stored, rest } = collect(packed, createEntry(packed, { data }), pieceBytes);
    expect(stored.equals(data)).toBe(true);
    expect(rest).toBeUndefined();
  });

  it('are what a packer makes of noise', () => {
    const packed = deflateRawSync(data);
    expect(collect(packed, createEntry(packed, { data })).stored.length).toBeGreaterThan(0.9 * data.length);
  });

  it('end where something else begins, which may repeat what is in them', () => {
    const start = data.subarray(0, 40_000);
    const packed = packStoredFirst([start], Buffer.concat([start.subarray(-300), text]));
    const { stored, rest } = collect(packed, createEntry(packed, { data }), 1000);
    expect(stored).toEqual(start);
    const inflated = inflateRawSync(rest ?? '', { dictionary: start.subarray(-32_768) });
    expect(inflated).toEqual(Buffer.concat([start.subarray(-300), text]));
  });

  it('may be empty', () => {
    const packed = packStoredFirst([Buffer.alloc(0), text, Buffer.alloc(0)], text);
    const { stored, rest } = collect(packed, createEntry(packed, { data }), 1);
    expect(stored).toEqual(text);
    expect(inflateRawSync(rest ?? '', { dictionary: text })).toEqual(text);
  });

  it('are over with the last one, whatever is behind it', () => {
    const packed = Buffer.concat([deflateRawSync(text, { level: 0 }), noise(50)]);
    const { stored, rest } = collect(packed, createEntry(packed, { data: text }), 40);
    expect(stored).toEqual(text);
    expect(rest).toBeUndefined();
  });

  it.each([
    ['in the bytes of a block', -1],
    ['in the head of a block', 3 - text.length - 5],
    ['before the first block', -text.length - 5],
  ])('are not all when the stream is cut off: %s', (_, end) => {
    const packed = deflateRawSync(text, { level: 0 }).subarray(0, end);
    expect(collect(packed, createEntry(packed, { data: text })).rest).toHaveLength(0);
  });

  it('are none where the length is not there twice', () => {
    const packed = deflateRawSync(text, { level: 0 });
    packed.writeUInt8(packed.readUInt8(3) ^ 1, 3);
    const { stored, rest } = collect(packed, createEntry(packed, { data: text }));
    expect(stored).toHaveLength(0);
    expect(rest).toEqual(packed);
  });
});

describe('the memory', () => {
  it('is used again when it was given back, with nothing of what was in it', () => {
    const scratch = createScratchPool();
    const first = createDeflatedBytes(createEntry(noise(900, 2), { data: text }), scratch);
    first.push(noise(900, 2));
    const { buffer } = first.gzip;
    first.release();
    const packed = deflateRawSync('short');
    const second = createDeflatedBytes(createEntry(packed, { data: Buffer.from('short') }), scratch);
    second.push(packed);
    expect(second.gzip.buffer).toBe(buffer);
    expect(gunzipSync(second.gzip).toString()).toBe('short');
  });
});
