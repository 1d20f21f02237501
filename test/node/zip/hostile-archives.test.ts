import { describe, expect, it } from 'vitest';
import { saveAll } from '../../../src/node/save-all.js';
import type { SaveOptions } from '../../../src/node/save-options.js';
import { startArchiveHost } from '../../helpers/file-host.js';
import { createTransferClock } from '../../helpers/node-clock.js';
import { digest, makeFolder, readTree } from '../../helpers/node-folder.js';
import { makeZip, noise, type ZipEntry } from '../../helpers/node-zip.js';

const good = { name: 'good.txt', data: 'good' };

async function save(archive: Buffer, options: Partial<SaveOptions> = {}) {
  const clock = createTransferClock();
  const host = await startArchiveHost([archive], clock);
  const directory = await makeFolder();
  const report = await saveAll(host.client, { inferenceIds: ['one'] }, { directory, clock, ...options });
  return { report, tree: await readTree(directory), host };
}

/** Named after what must be said of the entry; the good entry beside it is kept. */
const badEntries: [string, ZipEntry][] = [
  ['encrypted', { name: 'bad', data: 'x', flags: 0x801 }],
  ['unsupported-method', { name: 'bad', data: 'x', method: 12 }],
  ['symlink', { name: 'bad', data: '/etc/passwd', mode: 0o120777 }],
  ['size-mismatch', { name: 'bad', data: 'four', uncompressedSize: 5 }],
  ['size-mismatch', { name: 'bad', data: noise(5000), deflate: true, uncompressedSize: 4999 }],
  ['size-mismatch', { name: 'bad', data: noise(5000), deflate: true, uncompressedSize: 5001 }],
  ['size-mismatch', { name: 'bad', data: noise(6_000_000), deflate: true, uncompressedSize: 5_999_999 }],
  ['size-mismatch', { name: 'bad', data: 'x', deflate: true, uncompressedSize: 0 }],
  ['crc-mismatch', { name: 'bad', data: 'x', crc: 1 }],
  ['crc-mismatch', { name: 'bad', data: noise(6_000_000), deflate: true, crc: 1 }],
  ['crc-mismatch', { name: 'bad', data: noise(9_000_000), crc: 1 }],
  ['invalid-data', { name: 'bad', data: noise(1000), method: 8 }],
  ['invalid-data', { name: 'bad', data: noise(6_000_000), method: 8, uncompressedSize: 7_000_000 }],
  ['invalid-data', { name: 'bad', data: 'x', offset: 5, written: false, compressedSize: 0, uncompressedSize: 0 }],
  ['overlap', { name: 'bad', data: 'x', offset: 10_000_000, written: false }],
  ['overlap', { name: 'bad', data: 'four', compressedSize: 60_000, uncompressedSize: 60_000 }],
  ['ratio', { name: 'bad', data: Buffer.alloc(3_000_000), deflate: true }],
  ['overlap', { name: 'bad', data: 'x', zip64: true, offset: Number.MAX_SAFE_INTEGER, written: false }],
];

describe('a bad entry', () => {
  it.each(badEntries)('is refused as %s, and the others are kept (%#)', async (reason, bad) => {
    const { report, tree } = await save(makeZip([{ ...good, gap: 100 }, bad]));
    expect(report.batches[0]?.failed.map(({ entry, error }) => [entry, error.reason])).toEqual([['bad', reason]]);
    expect(report).toMatchObject({ ok: false, batches: [{ status: 'partial', error: { code: 'ARCHIVE_ERROR' } }] });
    expect(tree).toEqual({ 'good.txt': 'good' });
  });

  it('that shares its bytes with another is refused with it', async () => {
    const shared = { name: 'two', data: 'hello', offset: 100, written: false };
    const { report, tree } = await save(makeZip([{ name: 'one', data: 'hello', gap: 100 }, shared, good]));
    expect(report.batches[0]?.failed.map(({ entry, error }) => [entry, error.reason])).toEqual([
      ['one', 'overlap'],
      ['two', 'overlap'],
    ]);
    expect(tree).toEqual({ 'good.txt': 'good' });
  });
});

/** Named after what must be said of the archive; nothing of it is kept. */
const badArchives: [string, Buffer, Partial<SaveOptions>][] = [
  ['not-a-zip', Buffer.from(''), {}],
  ['not-a-zip', noise(300_000), {}],
  ['truncated', makeZip([good, { name: 'x', data: noise(400_000) }]).subarray(0, 350_000), {}],
  ['too-many-entries', makeZip([good, good, good]), { limits: { entries: 2 } }],
  ['too-large', makeZip([good, good, good]), { limits: { totalBytes: 11 } }],
  ['invalid-data', Buffer.from(makeZip([good]).toString('latin1').replace('PK\x01\x02', 'PK\x01\x03'), 'latin1'), {}],
];

describe('a bad archive', () => {
  it.each(badArchives)('is refused as %s', async (reason, archive, options) => {
    const { report, tree } = await save(archive, options);
    expect(report.batches[0]).toMatchObject({ status: 'failed', error: { code: 'ARCHIVE_ERROR', reason } });
    expect(tree).toEqual({});
  });
});

describe('odd names', () => {
  it('stay inside, survive each other, and are reported', async () => {
    const names = [
      '../up',
      '/abs',
      'a:b',
      'CON',
      'x',
      'X',
      'x',
      'nul\0',
      'dot.',
      'd/../../y',
      '.scenario-downloads/lock',
    ];
    const { report, tree } = await save(makeZip(names.map((name, at) => ({ name, data: `${at}` }))));
    expect(report.ok).toBe(true);
    expect(Object.keys(tree)).toHaveLength(names.length);
    expect(tree).toMatchObject({ up: '0', abs: '1', a_b: '2', _CON: '3', x: '4', nul_: '7', dot: '8', 'd/y': '9' });
    const reasons = Object.fromEntries(
      report.renamed.map(({ entry, path, reasons }) => [`${entry} > ${path.replace(/~.*/, '~')}`, reasons]),
    );
    expect(reasons).toEqual({
      '../up > up': ['traversal'],
      '/abs > abs': ['traversal'],
      'a:b > a_b': ['characters'],
      'CON > _CON': ['reserved'],
      'X > X~': ['duplicate'],
      'x > x~': ['duplicate'],
      'nul\0 > nul_': ['characters'],
      'dot. > dot': ['trailing'],
      'd/../../y > d/y': ['traversal'],
      '.scenario-downloads/lock > _.scenario-downloads/lock': ['reserved'],
    });
  });

  it('are read as UTF-8, said or not, and else in the old code page', async () => {
    const { tree } = await save(
      makeZip([
        { name: 'größe', data: '1' },
        { name: 'straße', data: '2', utf8: false },
        { name: Buffer.from([0x81, 0x2e]), data: '3', utf8: false },
      ]),
    );
    expect(tree).toEqual({ größe: '1', straße: '2', ü: '3' });
  });

  it('may be a file and a folder at once', async () => {
    const { report, tree } = await save(
      makeZip([
        { name: 'a', data: '1' },
        { name: 'a/b', data: '2' },
      ]),
    );
    expect(report.ok).toBe(true);
    expect(tree['a/b']).toBe('2');
    expect(Object.keys(tree).find((path) => path.startsWith('a~'))).toBeDefined();
  });
});

describe('an odd but good archive', () => {
  it('with bytes that belong to nobody is read over them', async () => {
    const entries = [0, 1, 2].map((at) => ({
      name: `${at}`,
      data: noise(1000, at),
      gap: at * 500_000,
      localExtra: at * 30_000,
    }));
    const { report, tree } = await save(makeZip(entries));
    expect(report.ok).toBe(true);
    expect(tree).toEqual(Object.fromEntries(entries.map(({ name, data }) => [name, digest(data)])));
  });

  it('with a directory longer than the first look is read to its end', async () => {
    const entries = Array.from({ length: 3000 }, (_, at) => ({ name: `${'n'.repeat(200)}${at}`, data: '' }));
    const { report } = await save(makeZip(entries));
    expect(report).toMatchObject({ ok: true, totals: { files: 3000 } });
  });

  it('whose files are highly compressible is taken up to the limit', async () => {
    const archive = makeZip([{ name: 'zeros', data: Buffer.alloc(3_000_000), deflate: true }]);
    expect((await save(archive, { limits: { ratio: 2000 } })).report.ok).toBe(true);
  });
});
