import { isUtf8 } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fromBufferPromise, getFileNameLowLevel } from 'yauzl';
import { archiveOfCase } from '../../../scripts/fuzz/run-cases.js';
import { createMemorySource } from '../../../scripts/fuzz/memory-source.js';
import { createRandom } from '../../../scripts/fuzz/random.js';
import { readDirectory } from '../../../src/node/zip/read-directory.js';
import { makeZip, type ZipEntry } from '../../helpers/node-zip.js';

const LIMITS = { entries: 100_000, totalBytes: 2 ** 40, ratio: 1e6 };

const read = (bytes: Buffer) =>
  readDirectory(createMemorySource(bytes, createRandom(1)), LIMITS, new AbortController().signal);
const namesIn = async (entries: readonly ZipEntry[]) => (await read(makeZip(entries))).map(({ name }) => name);

/** What another reader makes of the same bytes; folders are left out, and what is UTF-8 need not say so. */
async function readOtherwise(bytes: Buffer) {
  const zip = await fromBufferPromise(bytes, { lazyEntries: true, validateEntrySizes: false, decodeStrings: false });
  const entries = [];
  for await (const entry of zip.eachEntry()) {
    const { fileNameRaw: raw, compressedSize, uncompressedSize, relativeOffsetOfLocalHeader: offset } = entry;
    const flags = isUtf8(raw) ? 0x800 : entry.generalPurposeBitFlag;
    const name = getFileNameLowLevel(flags, raw, entry.extraFields, true);
    if (!name.endsWith('/')) entries.push({ name, compressedSize, uncompressedSize, crc32: entry.crc32, offset });
  }
  return entries;
}

const field = (id: number, data: Buffer): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(data.length, 2);
  return Buffer.concat([head, data]);
};
const unicodePath = (name: string, raw: Buffer, version = 1): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt8(version, 0);
  head.writeUInt32LE(crc32(raw), 1);
  return field(0x7075, Buffer.concat([head, Buffer.from(name)]));
};

describe('a directory', () => {
  it('is read as another reader reads it', async () => {
    let compared = 0;
    for (let seed = 1; compared < 100; seed++) {
      const { bytes, isSound } = archiveOfCase(seed);
      if (!isSound) continue;
      compared++;
      const expected = await readOtherwise(bytes);
      expect(await read(bytes)).toMatchObject(expected);
      expect(await read(bytes)).toHaveLength(expected.length);
    }
  });

  it('may be longer than what is read at once', async () => {
    const entries = Array.from({ length: 40_000 }, (_, at) => ({ name: `${'n'.repeat(at % 97)}/${at}.png`, data: '' }));
    const found = await read(makeZip(entries, { zip64: true }));
    expect(found.map(({ name }) => name)).toEqual(entries.map(({ name }) => name));
    expect(found.every(({ problem }) => problem === undefined)).toBe(true);
  });

  it('may have records that are as long as can be', async () => {
    const entries = Array.from({ length: 30 }, (_, at) => ({
      name: `${'x'.repeat(65_000)}${at}`,
      extra: field(0xcafe, Buffer.alloc(65_000)),
    }));
    expect(await namesIn(entries)).toEqual(entries.map(({ name }) => name));
  });

  it.each(['PK\x05\x06', `PK\x05\x06${'\0'.repeat(17)}`, `PK\x05\x06${'x'.repeat(18)}`, 'x'.repeat(65_535)])(
    'is found before a comment that looks like an end (%#)',
    async (comment) => {
      expect(await read(makeZip([{ name: 'a' }], { comment }))).toHaveLength(1);
      expect(await read(makeZip([{ name: 'a' }], { comment, zip64: true }))).toHaveLength(1);
    },
  );

  it('takes from a ZIP64 field only what has no room elsewhere, and from the right place', async () => {
    const sizes = Buffer.alloc(8);
    sizes.writeBigUInt64LE(5_000_000_000n);
    const extra = Buffer.concat([field(0x5455, Buffer.alloc(5)), field(1, sizes)]);
    const entry = { name: 'large', data: 'x', deflate: true, uncompressedSize: 0xffffffff, extra };
    expect(await read(makeZip([entry]))).toMatchObject([{ uncompressedSize: 5_000_000_000, offset: 0 }]);
  });

  it.each([
    ['is cut', Buffer.from([1, 0, 24, 0, 1, 2, 3])],
    ['is too short', field(1, Buffer.alloc(4))],
    ['is missing', Buffer.alloc(0)],
  ])('gives up only the entry whose ZIP64 field %s', async (_, extra) => {
    const lost = { name: 'lost', data: 'x', compressedSize: 0xffffffff, uncompressedSize: 0xffffffff, extra };
    const [first, second] = await read(makeZip([{ name: 'good' }, lost]));
    expect(first?.problem).toBeUndefined();
    expect(second?.problem).toMatchObject({ entry: 'lost', reason: 'overlap' });
  });

  it('gives up only the entry that is encrypted, strongly or not', async () => {
    const entries = await read(makeZip([{ name: 'a', flags: 0x41 }, { name: 'b', flags: 0x40 }, { name: 'c' }]));
    expect(entries.map(({ problem }) => problem?.reason)).toEqual(['encrypted', 'encrypted', undefined]);
  });
});

describe('a name', () => {
  const old = Buffer.from([0x81, 0x2e, 0x70]);

  it('is taken from the code page of old where it is nothing else', async () => {
    const all = Buffer.from(Array.from({ length: 128 }, (_, at) => at + 128));
    const [name = ''] = await namesIn([{ name: all, utf8: false }]);
    expect(name).toHaveLength(128);
    expect(name.slice(0, 4) + name.slice(-4)).toBe('Çüéâⁿ²■\u00a0');
    expect(new Set(name).size).toBe(128);
  });

  it('is UTF-8 where it says so, even if some of it is not', async () => {
    expect(await namesIn([{ name: old }])).toEqual(['\ufffd.p']);
  });

  it('is taken from the field that has it in UTF-8', async () => {
    expect(await namesIn([{ name: old, utf8: false, extra: unicodePath('größe', old) }])).toEqual(['größe']);
  });

  it.each([
    ['belongs to another name', unicodePath('größe', Buffer.from('other'))],
    ['is of another version', unicodePath('größe', old, 2)],
    ['is empty', field(0x7075, Buffer.alloc(0))],
    ['is cut', unicodePath('größe', old).subarray(0, 12)],
    ['is none', Buffer.from([0, 0, 0])],
  ])('is not taken from a field that %s', async (_, extra) => {
    expect(await namesIn([{ name: old, utf8: false, extra }])).toEqual(['ü.p']);
  });
});

describe('an archive whose end leads nowhere', () => {
  const files = [{ name: 'one', data: '1' }, { name: 'two' }];
  const change = (archive: Buffer, how: (archive: Buffer) => void) => {
    how(archive);
    return archive;
  };

  it.each([
    ['is one of several volumes', change(makeZip(files), (zip) => zip.writeUInt16LE(1, zip.length - 18))],
    ['is one of several volumes', change(makeZip(files, { zip64: true }), (zip) => zip.writeUInt32LE(1, zip.length - 82))],
    ['its ZIP64 end record is missing', change(makeZip(files, { zip64: true }), (zip) => zip.fill(0, zip.length - 98, zip.length - 94))],
    ['its ZIP64 end record is missing', change(makeZip(files, { zip64: true }), (zip) => zip.fill(0xff, zip.length - 34, zip.length - 26))],
    ['it is not where it should be', change(makeZip(files), (zip) => zip.writeUInt32LE(1, zip.length - 6))],
    ['it is said to be behind the end', change(makeZip(files), (zip) => zip.writeUInt32LE(0xffffffff, zip.length - 6))],
    ['it ends after 2 of 3 entries', change(makeZip(files), (zip) => zip.writeUInt16LE(3, zip.length - 12))],
    ['its entry 2 reaches beyond the end', change(makeZip(files), (zip) => zip.writeUInt16LE(0xffff, zip.length - 22 - 49 + 32))],
    ['it has more than the 0 entries', change(makeZip(files), (zip) => zip.writeUInt16LE(0, zip.length - 12))],
    ['it has more than the 1 entries', change(makeZip(files), (zip) => zip.writeUInt16LE(1, zip.length - 12))],
  ])('is refused: %s (%#)', async (what, archive) => {
    await expect(read(archive)).rejects.toMatchObject({
      code: 'ARCHIVE_ERROR',
      reason: 'invalid-data',
      message: expect.stringContaining(what) as string,
    });
  }); // prettier-ignore
});
