import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createStoredBlocks } from '../../../src/node/zip/stored-blocks.js';
import { packStoredFirst } from './deflated-entry.js';
import { noise } from '../../helpers/node-zip.js';

/** What is stored in a stream, and the rest of it: undefined when there is nothing else. */
function read(stream: Buffer, pieceBytes = stream.length) {
  const blocks = createStoredBlocks();
  const stored: Buffer[] = [];
  for (let at = 0; at < stream.length; at += pieceBytes) {
    const found = blocks.push(stream.subarray(at, at + pieceBytes));
    stored.push(...found.stored);
    if (found.packed === undefined) continue;
    const packed = Buffer.concat([...found.packed, stream.subarray(at + pieceBytes)]);
    return { stored: Buffer.concat(stored), packed, isEnded: blocks.isEnded() };
  }
  return { stored: Buffer.concat(stored), packed: undefined, isEnded: blocks.isEnded() };
}

const text = Buffer.from('the same words again, and '.repeat(120));

describe('stored blocks', () => {
  const data = noise(100_000);

  it.each([1, 7, 65_540, 200_000])('are found in pieces of %i bytes', (pieceBytes) => {
    const { stored, packed, isEnded } = read(deflateRawSync(data, { level: 0 }), pieceBytes);
    expect(stored.equals(data)).toBe(true);
    expect([packed, isEnded]).toEqual([undefined, true]);
  });

  it('are what a packer makes of noise', () => {
    expect(read(deflateRawSync(data)).stored.length).toBeGreaterThan(0.9 * data.length);
  });

  it('are not copied', () => {
    const stream = deflateRawSync(data, { level: 0 });
    const { stored } = createStoredBlocks().push(stream);
    expect(stored.length).toBeGreaterThan(1);
    expect(stored.every(({ buffer }) => buffer === stream.buffer)).toBe(true);
  });

  it.each([1, 1000])('end where something else begins, which may repeat what is in them: by %i bytes', (pieceBytes) => {
    const start = data.subarray(0, 40_000);
    const repeated = Buffer.concat([start.subarray(-300), text]);
    const { stored, packed, isEnded } = read(packStoredFirst([start], repeated), pieceBytes);
    expect(stored).toEqual(start);
    expect(inflateRawSync(packed ?? '', { dictionary: start.subarray(-32_768) })).toEqual(repeated);
    expect(isEnded).toBe(false);
  });

  it('may be empty', () => {
    const { stored, packed } = read(packStoredFirst([Buffer.alloc(0), text, Buffer.alloc(0)], text), 1);
    expect(stored).toEqual(text);
    expect(inflateRawSync(packed ?? '', { dictionary: text })).toEqual(text);
  });

  it.each([1, 40, 10_000])('are over with the last one, whatever is behind it: by %i bytes', (pieceBytes) => {
    const stream = Buffer.concat([deflateRawSync(text, { level: 0 }), noise(50)]);
    expect(read(stream, pieceBytes)).toEqual({ stored: text, packed: undefined, isEnded: true });
  });

  it.each([
    ['in the bytes of a block', -1],
    ['in the head of a block', 3 - text.length - 5],
    ['before the first block', -text.length - 5],
  ])('are not all when the stream is cut off: %s', (_, end) => {
    const stream = deflateRawSync(text, { level: 0 }).subarray(0, end);
    expect(read(stream)).toMatchObject({ packed: undefined, isEnded: false });
  });

  it.each([1, 10_000])('are none where the length is not there twice: by %i bytes', (pieceBytes) => {
    const stream = deflateRawSync(text, { level: 0 });
    stream.writeUInt8(stream.readUInt8(3) ^ 1, 3);
    expect(read(stream, pieceBytes)).toEqual({ stored: Buffer.alloc(0), packed: stream, isEnded: false });
  });
});
