import { crc32, deflateRawSync, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createScratchPool } from '../../../src/node/scratch.js';
import { createGzipMember } from '../../../src/node/zip/gzip-member.js';
import { createEntry } from './deflated-entry.js';
import { noise } from '../../helpers/node-zip.js';

describe('createGzipMember', () => {
  const data = noise(3000);

  it('makes a gzip file of what comes in pieces', () => {
    const packed = deflateRawSync(data);
    const member = createGzipMember(createEntry(packed, { data }), createScratchPool());
    for (let at = 0; at < packed.length; at += 700) member.push(packed.subarray(at, at + 700));
    expect(gunzipSync(member.gzip)).toEqual(data);
    expect(member.deflated).toEqual(packed);
  });

  it('makes one of an empty stream', () => {
    const member = createGzipMember(createEntry(deflateRawSync(''), { data: Buffer.alloc(0) }), createScratchPool());
    member.push(deflateRawSync(''));
    expect(gunzipSync(member.gzip)).toHaveLength(0);
  });

  it.each([
    ['CRC-32', { crc32: crc32(data) ^ 1 }],
    ['length', { uncompressedSize: data.length + 1 }],
  ])('makes one that cannot be unpacked when the %s is wrong', (_, wrong) => {
    const packed = deflateRawSync(data);
    const member = createGzipMember({ ...createEntry(packed, { data }), ...wrong }, createScratchPool());
    member.push(packed);
    expect(() => gunzipSync(member.gzip)).toThrow(/incorrect (data|length) check/);
  });

  it('uses memory again that was given back, with nothing of what was in it', () => {
    const scratch = createScratchPool();
    const first = createGzipMember(createEntry(noise(900, 2), { data }), scratch);
    first.push(noise(900, 2));
    const { buffer } = first.gzip;
    first.release();
    const packed = deflateRawSync('short');
    const second = createGzipMember(createEntry(packed, { data: Buffer.from('short') }), scratch);
    second.push(packed);
    expect(second.gzip.buffer).toBe(buffer);
    expect(gunzipSync(second.gzip).toString()).toBe('short');
  });

  it.each([
    [
      'an empty stream and what looks like another file',
      Buffer.concat([gzipSync('').subarray(10), gzipSync('x')]),
      true,
    ],
    ['a stream with a file behind it', Buffer.concat([deflateRawSync(data), gzipSync('x')]), false],
    ['a stream', deflateRawSync(data), false],
  ])('tells whether %s may be several', (_, packed, mayBeSeveral) => {
    const member = createGzipMember(createEntry(packed, { data }), createScratchPool());
    member.push(packed);
    expect(member.mayBeSeveral).toBe(mayBeSeveral);
  });
});
