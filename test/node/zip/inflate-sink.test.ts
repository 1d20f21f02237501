import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCountingPool, type CountingPool } from '../../../scripts/fuzz/counting-pool.js';
import { createDiskCall } from '../../../src/node/disk/disk-call.js';
import { createOutputFiles } from '../../../src/node/disk/output-files.js';
import { createConnectionPool } from '../../../src/node/transfer/connection-pool.js';
import { createWindow } from '../../../src/node/budget/window.js';
import type { ArchiveEntry } from '../../../src/node/zip/entry.js';
import { WHOLE_INFLATE_BYTES } from '../../../src/node/zip/inflate-sink.js';
import { finishSink, openSink, type UnpackContext } from '../../../src/node/zip/unpack-context.js';
import { createTransferClock } from '../../helpers/node-clock.js';
import { makeFolder } from '../../helpers/node-folder.js';
import { noise } from '../../helpers/node-zip.js';
import { createEntry, packStoredFirst } from './deflated-entry.js';

interface Stage {
  context: UnpackContext;
  folder: string;
  scratch: CountingPool;
}

async function makeStage(): Promise<Stage> {
  const folder = await makeFolder();
  const scratch = createCountingPool();
  const context: UnpackContext = {
    source: { size: 0, label: 'archive.zip', read: () => Promise.resolve(), forget: () => Promise.resolve() },
    pool: createConnectionPool(1, () => 0),
    files: createOutputFiles(createTransferClock(), createDiskCall()),
    scratch,
    window: createWindow(1, 1),
    newTempPath: () => join(folder, 'file'),
    isFatal: () => false,
    save: () => Promise.resolve(),
    signal: new AbortController().signal,
  };
  return { context, folder, scratch };
}

/** Unpacks an entry in pieces, and tells what is in the file, or why there is none. */
async function unpack(packed: Buffer, entry: ArchiveEntry): Promise<Buffer | string> {
  const { context, folder, scratch } = await makeStage();
  const sink = openSink(entry, context);
  const piece = Math.max(1, Math.ceil(packed.length / 3));
  for (let at = 0; at < packed.length; at += piece) await sink.write(packed.subarray(at, at + piece));
  const error: unknown = await finishSink(entry, sink, context).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(scratch.missing).toBe(0);
  if (error === undefined) return readFile(join(folder, 'file'));
  expect(await readdir(folder)).toEqual([]);
  return (error as { reason?: string }).reason ?? 'unknown';
}

it('takes a large entry in many small pieces at once, and nobody warns of a leak', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => void warnings.push(warning);
  process.on('warning', onWarning);
  onTestFinished(() => void process.off('warning', onWarning));
  const data = noise(WHOLE_INFLATE_BYTES + 1, 5);
  const packed = deflateRawSync(data);
  const { context, folder } = await makeStage();
  const sink = openSink(createEntry(packed, { data }), context);
  const writes: unknown[] = [];
  for (let at = 0; at < packed.length; at += 65_536) writes.push(sink.write(packed.subarray(at, at + 65_536)));
  await Promise.all(writes);
  await finishSink(createEntry(packed, { data }), sink, context);
  expect(await readFile(join(folder, 'file'))).toEqual(data);
  expect(warnings).toEqual([]);
});

/** What a gzip file ends with. */
function trailerOf(data: Buffer): Buffer {
  return gzipSync(data).subarray(-8);
}

// Of one kind is what zlib stores, of the other what it packs.
const data = Buffer.concat([noise(5000), Buffer.alloc(5000, 'words, and more words')]);
const stream = deflateRawSync(data);
/** Its length is also what a CRC-32 can be, and ends in a zero byte. */
const short = noise(256, 3);

describe('a deflated entry with bytes behind the end of its stream', () => {
  it.each<[string, Buffer]>([
    ['any', noise(100, 2)],
    ['one zero', Buffer.alloc(1)],
    ['the trailer of a gzip file', trailerOf(data)],
    ['the trailer of a gzip file and zeros', Buffer.concat([trailerOf(data), Buffer.alloc(9)])],
    ['a half trailer', trailerOf(data).subarray(0, 4)],
    ['a trailer and another gzip file', Buffer.concat([trailerOf(data), gzipSync('more')])],
    ['a trailer and an empty gzip file', Buffer.concat([trailerOf(data), gzipSync('')])],
  ])('is taken: %s', async (_, behind) => {
    const packed = Buffer.concat([stream, behind]);
    expect(await unpack(packed, createEntry(packed, { data }))).toEqual(data);
  });

  it.each<[string, Buffer, Buffer, number]>([
    ['of no meaning', data, noise(100, 2), 1],
    ['that are a trailer', data, trailerOf(data), 1],
    ['that are a trailer and a zero', data, Buffer.concat([trailerOf(data), Buffer.alloc(1)]), 1],
    ['that are the first half of a trailer', short, trailerOf(short).subarray(0, 4), short.length],
  ])('is not taken with a wrong CRC-32, whatever they are: bytes %s', async (_, content, behind, wrong) => {
    const packed = Buffer.concat([deflateRawSync(content), behind]);
    const entry = { ...createEntry(packed, { data: content }), crc32: wrong };
    expect(await unpack(packed, entry)).toBe('crc-mismatch');
  });

  it('is as long as the first stream, though a gzip file would go on', async () => {
    const packed = Buffer.concat([gzipSync('').subarray(10), gzipSync(data).subarray(0, -8)]);
    expect(await unpack(packed, createEntry(packed, { data }))).toBe('size-mismatch');
  });
});

describe('a deflated entry that is not what it says', () => {
  it.each<[string, string, Buffer, Partial<ArchiveEntry>]>([
    ['crc-mismatch', 'another CRC-32', stream, { crc32: crc32(data) ^ 1 }],
    ['size-mismatch', 'one byte less', stream, { uncompressedSize: data.length - 1 }],
    ['size-mismatch', 'one byte more', stream, { uncompressedSize: data.length + 1 }],
    ['size-mismatch', 'no bytes', stream, { uncompressedSize: 0, crc32: 0 }],
    ['size-mismatch', 'bytes where there are none', deflateRawSync(''), {}],
    ['size-mismatch', 'none where there is one', deflateRawSync('x'), { uncompressedSize: 0, crc32: 0 }],
    ['invalid-data', 'all of it, but is cut off', stream.subarray(0, -1), {}],
    ['invalid-data', 'all of it, but is no stream', noise(5000, 4), {}],
    [
      'invalid-data',
      'all of it, but its only block is cut off',
      deflateRawSync(data, { level: 0 }).subarray(0, -1),
      {},
    ],
    ['crc-mismatch', 'another CRC-32 than its only block', deflateRawSync(data, { level: 0 }), { crc32: 1 }],
  ])('is refused as %s: %s', async (reason, _, packed, wrong) => {
    expect(await unpack(packed, { ...createEntry(packed, { data }), ...wrong })).toBe(reason);
  });
});

describe('a deflated entry', () => {
  it('that is empty becomes an empty file', async () => {
    const packed = deflateRawSync('');
    expect(await unpack(packed, createEntry(packed, { data: Buffer.alloc(0) }))).toHaveLength(0);
  });

  it.each<[string, Buffer, Buffer]>([
    ['is stored', noise(200_000), deflateRawSync(noise(200_000), { level: 0 })],
    ['zlib finds nothing to gain in', noise(200_000), deflateRawSync(noise(200_000))],
    ['can be packed', Buffer.alloc(200_000, 'words'), deflateRawSync(Buffer.alloc(200_000, 'words'))],
    [
      'is stored at length and then refers to the end of that',
      Buffer.concat([
        noise(60_000),
        noise(40_000, 2),
        noise(60_000).subarray(-200),
        noise(40_000, 2).subarray(-32_000),
      ]),
      packStoredFirst(
        [noise(60_000), noise(40_000, 2)],
        Buffer.concat([noise(60_000).subarray(-200), noise(40_000, 2).subarray(-32_000)]),
      ),
    ],
    ['is stored and then refers to that', Buffer.concat([data, data]), packStoredFirst([data], data)],
  ])('that %s becomes the file', async (_, content, packed) => {
    const unpacked = await unpack(packed, createEntry(packed, { data: content }));
    expect(content.equals(unpacked as Buffer)).toBe(true);
  });

  it.each<[string, Partial<ArchiveEntry>, string]>([
    ['CRC-32', { crc32: 1 }, 'crc-mismatch'],
    ['length, one less', { uncompressedSize: 2 * data.length - 1 }, 'size-mismatch'],
    ['length, less than what is stored', { uncompressedSize: 10 }, 'size-mismatch'],
    ['length, one more', { uncompressedSize: 2 * data.length + 1 }, 'size-mismatch'],
  ])('that is stored in part is checked as a whole: %s', async (_, wrong, reason) => {
    const packed = packStoredFirst([data], data);
    const entry = { ...createEntry(packed, { data: Buffer.concat([data, data]) }), ...wrong };
    expect(await unpack(packed, entry)).toBe(reason);
  });

  it('that is stored byte by byte becomes the file', async () => {
    const content = noise(200_000);
    const packed = packStoredFirst(
      Array.from(content, (byte) => Buffer.of(byte)),
      Buffer.alloc(0),
    );
    const unpacked = await unpack(packed, createEntry(packed, { data: content }));
    expect(content.equals(unpacked as Buffer)).toBe(true);
  });

  it('with more stored in it than it says has none of that written', async () => {
    const { context, folder } = await makeStage();
    const packed = deflateRawSync(noise(60_000), { level: 0 });
    const entry = { ...createEntry(packed, { data }), uncompressedSize: 50_000 };
    const sink = openSink(entry, context);
    await sink.write(packed);
    expect(await readdir(folder)).toEqual([]);
    await expect(finishSink(entry, sink, context)).rejects.toMatchObject({ reason: 'size-mismatch' });
  });

  it.each([
    ['in one call', 0, 1],
    ['as it comes', 1, 0],
  ])('at the limit is inflated %s', async (_, more, taken) => {
    const large = Buffer.alloc(WHOLE_INFLATE_BYTES + more, 'the same words again ');
    const packed = deflateRawSync(large);
    const { context, folder, scratch } = await makeStage();
    const entry = createEntry(packed, { data: large });
    const sink = openSink(entry, context);
    await sink.write(packed);
    await finishSink(entry, sink, context);
    expect(scratch).toMatchObject({ taken, missing: 0 });
    expect(large.equals(await readFile(join(folder, 'file')))).toBe(true);
  });

  it('that is given up leaves nothing behind, and cannot be ended any more', async () => {
    const { context, folder, scratch } = await makeStage();
    const sink = openSink(createEntry(stream, { data }), context);
    await sink.write(stream);
    await sink.discard();
    await sink.discard();
    expect(scratch).toMatchObject({ taken: 1, missing: 0 });
    expect(await readdir(folder)).toEqual([]);
    await expect(sink.end()).rejects.toThrow('ends once');
  });
});
