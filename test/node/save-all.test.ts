import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ScenarioClient } from '../../src/client.js';
import { InvalidInputError } from '../../src/errors.js';
import { FileSystemError } from '../../src/node/errors.js';
import type { SaveEvent } from '../../src/node/events.js';
import { saveAll } from '../../src/node/save-all.js';
import { startArchiveHost } from '../helpers/file-host.js';
import { createTransferClock } from '../helpers/node-clock.js';
import { digest, makeFolder, readTree } from '../helpers/node-folder.js';
import { makeZip, noise } from '../helpers/node-zip.js';
import { expectMode, isWindows } from '../helpers/platform.js';

const hello = { name: 'hello.txt', data: 'hello' };
const folder = { name: 'folder/', data: '' };
const inside = { name: 'folder/noise.png', data: noise(300_000), deflate: true };

async function setUp(...archives: Buffer[]) {
  const clock = createTransferClock();
  const host = await startArchiveHost(archives, clock);
  const directory = await makeFolder();
  const events: SaveEvent[] = [];
  const onProgress = (event: SaveEvent) => void events.push(event);
  const save = (
    selection = { inferenceIds: ['one'] as string[] | undefined, assetIds: undefined as string[] | undefined },
    options = {},
  ) => saveAll(host.client, selection, { directory, clock, onProgress, ...options });
  return { host, directory, events, save, clock };
}

describe('saveAll', () => {
  it('saves what is in the archive, and says so', async () => {
    const { save, directory, host } = await setUp(makeZip([hello, folder, inside]));
    const report = await save();
    expect(await readTree(directory)).toEqual({
      'hello.txt': 'hello',
      'folder/noise.png': digest(noise(300_000)),
    });
    expect(report).toEqual({
      schemaVersion: 1,
      ok: true,
      directory,
      batches: [
        {
          index: 0,
          part: [],
          jobId: 'job_1',
          status: 'complete',
          assets: 2,
          files: [
            { path: 'hello.txt', bytes: 5, crc32: 907060870 },
            { path: 'folder/noise.png', bytes: 300_000, crc32: expect.any(Number) as number },
          ],
          failed: [],
        },
      ],
      skipped: [],
      missing: [],
      renamed: [],
      warnings: [],
      totals: {
        files: 2,
        bytes: 300_005,
        seconds: expect.any(Number) as number,
        receivedBytes: expect.any(Number) as number,
      },
    });
    expect(host.fileRequests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  it.each([
    ['stored', {}],
    ['deflated', { deflate: true }],
    ['with data descriptors', { descriptor: true, deflate: true, localExtra: 28 }],
    ['stored with data descriptors', { descriptor: true, localExtra: 300 }],
    ['ZIP64', { zip64: true }],
  ])('unpacks an archive that is %s', async (_, options) => {
    const entries = [0, 1, 5_000, 70_000, 3_000_000, 5_000_000, 300].map((size, at) => ({
      name: `${at}.bin`,
      data: noise(size, at),
      ...options,
    }));
    const { save, directory } = await setUp(makeZip(entries, { zip64: 'zip64' in options, comment: 'a comment' }));
    expect((await save()).ok).toBe(true);
    expect(await readTree(directory)).toEqual(
      Object.fromEntries(entries.map(({ name, data }) => [name, digest(data)])),
    );
  });

  it.each([false, true])('fetches a large entry in parts (deflated: %s)', async (deflate) => {
    const data = noise(40_000_000);
    const { save, directory, host } = await setUp(
      makeZip([hello, { name: 'large', data, deflate, localExtra: 40 }, { ...hello, name: 'last' }]),
    );
    expect((await save()).ok).toBe(true);
    expect((await readFile(join(directory, 'large'))).equals(data)).toBe(true);
    expect(host.fileRequests.length).toBeGreaterThan(10);
    expect(await readdir(join(directory, '.scenario-downloads'))).toEqual(['journal.jsonl']);
  });

  it('takes an empty archive for what it is, with a warning: the ids may be wrong', async () => {
    const { save } = await setUp(makeZip([]));
    expect(await save()).toMatchObject({
      ok: true,
      batches: [{ assets: 0, files: [] }],
      warnings: [{ code: 'empty', batch: 0 }],
    });
  });

  it('names a shortfall, and does not call it a success', async () => {
    const { save } = await setUp(makeZip([hello]));
    const report = await save({ assetIds: ['a', 'b', 'c'], inferenceIds: undefined });
    expect(report.ok).toBe(false);
    expect(report.missing).toEqual([{ batch: 0, part: [], jobId: 'job_1', expected: 3, received: 1 }]);
  });

  it('warns of an archive as large as a batch may be', async () => {
    const entries = Array.from({ length: 1000 }, (_, at) => ({ name: `${at}.txt`, data: `${at}` }));
    const { save } = await setUp(makeZip(entries));
    const { ok, warnings } = await save();
    expect({ ok, codes: warnings.map(({ code }) => code) }).toEqual({ ok: true, codes: ['possibly-truncated'] });
  });

  it('fetches only what is wanted', async () => {
    const { save, directory, host } = await setUp(
      makeZip([hello, { name: 'big.bin', data: noise(2_000_000) }, inside]),
    );
    const report = await save(undefined, { exclude: (path: string) => path.startsWith('big') });
    expect(Object.keys(await readTree(directory)).sort()).toEqual(['folder/noise.png', 'hello.txt']);
    expect(report).toMatchObject({
      ok: true,
      skipped: [{ path: 'big.bin', reason: 'excluded' }],
      totals: { files: 2 },
    });
    expect(report.totals.receivedBytes).toBeLessThan(1_000_000);
    const requests = host.apiRequests.length;
    await save(undefined, { exclude: (path: string) => path.startsWith('big') });
    expect(host.apiRequests).toHaveLength(requests);
    expect((await save()).totals.files).toBe(3);
  });

  it('has no file in its report that is not wanted, though an earlier run has saved it', async () => {
    const { save, directory, events } = await setUp(makeZip([hello, inside]));
    await save();
    events.length = 0;
    const report = await save(undefined, { exclude: (path: string) => path === 'hello.txt' });
    expect(report).toMatchObject({
      ok: true,
      batches: [{ status: 'complete', assets: 2, files: [{ path: 'folder/noise.png' }] }],
      skipped: [
        { path: 'hello.txt', reason: 'excluded' },
        { path: 'folder/noise.png', reason: 'present' },
      ],
      totals: { files: 1, bytes: 300_000 },
    });
    expect(
      events.filter(({ type }) => type === 'file-skipped').map((event) => 'reason' in event && event.reason),
    ).toEqual(['excluded', 'present']);
    expect(Object.keys(await readTree(directory)).sort()).toEqual(['folder/noise.png', 'hello.txt']);
  });

  it('asks once whether a file is wanted, in each run', async () => {
    const archive = makeZip([hello, inside, { name: 'x', data: 'x' }]);
    const { save, directory } = await setUp(archive);
    const asked: string[] = [];
    // Who counts, must not be asked twice.
    const include = (path: string) => asked.push(path) % 3 !== 0;
    const first = await save(undefined, { include, keepArchives: true });
    expect(asked).toEqual(['hello.txt', 'folder/noise.png', 'x']);
    expect(first.skipped).toEqual([{ path: 'x', reason: 'excluded' }]);
    expect(Object.keys(await readTree(directory)).sort()).toEqual(['folder/noise.png', 'hello.txt', 'job_1.zip']);
    const second = await save(undefined, { include, keepArchives: true });
    expect(asked).toHaveLength(6);
    expect(second.skipped.filter(({ reason }) => reason === 'excluded')).toEqual(first.skipped);
  });

  it('rejects with what the filter throws, and holds on to nothing', async () => {
    const { save, directory } = await setUp(makeZip([hello, inside]));
    const broken = new Error('broken');
    const include = () => {
      throw broken;
    };
    await expect(save(undefined, { include })).rejects.toBe(broken);
    expect(await readdir(join(directory, '.scenario-downloads'))).toEqual(['journal.jsonl']);
    expect((await save()).totals.files).toBe(2);
    await expect(save(undefined, { include })).rejects.toBe(broken);
    expect((await save()).ok).toBe(true);
  });

  it.each(['include', 'exclude'])('refuses an %s that answers later, since a promise is true', async (name) => {
    const { save, directory } = await setUp(makeZip([hello]));
    const saving = save(undefined, { [name]: () => Promise.resolve(false) });
    await expect(saving).rejects.toThrow(new InvalidInputError(`${name} must answer at once, but returns a promise.`));
    expect(await readTree(directory)).toEqual({});
  });

  it('refuses a client that is none before it makes the directory', async () => {
    const directory = join(await makeFolder(), 'new');
    const saving = saveAll(undefined as unknown as ScenarioClient, { assetIds: ['a'] }, { directory });
    await expect(saving).rejects.toThrow(
      new InvalidInputError('client must be one of createScenarioClient, but is undefined.'),
    );
    expect(existsSync(directory)).toBe(false);
  });

  it('keeps the archives, where that is wanted', async () => {
    const archive = makeZip([hello, inside, { name: 'x', data: noise(20_000_000) }]);
    const { save, directory, host } = await setUp(archive);
    const report = await save(undefined, { extract: false });
    expect(report.batches[0]).toMatchObject({ archive: 'job_1.zip', files: [], assets: 3 });
    expect((await readFile(join(directory, 'job_1.zip'))).equals(archive)).toBe(true);
    const requests = host.fileRequests.length;
    await save(undefined, { extract: false });
    expect(host.fileRequests).toHaveLength(requests);
    await save(undefined, { keepArchives: true });
    expect(Object.keys(await readTree(directory)).sort()).toEqual(['folder/noise.png', 'hello.txt', 'job_1.zip', 'x']);
  });

  it('says each time that an archive that is kept is damaged, until it is not', async () => {
    const { save, directory, host } = await setUp(makeZip([hello, { name: 'bad', data: noise(500), crc: 1 }]));
    const damaged = {
      ok: false,
      batches: [
        { status: 'partial', archive: 'job_1.zip', failed: [{ entry: 'bad', error: { reason: 'crc-mismatch' } }] },
      ],
    };
    expect(await save(undefined, { extract: false })).toMatchObject(damaged);
    expect(await save(undefined, { extract: false })).toMatchObject(damaged);
    const mended = makeZip([hello, { name: 'bad', data: noise(500) }]);
    host.files.set('/files/job_1.zip', mended);
    expect(await save(undefined, { extract: false })).toMatchObject({ ok: true, batches: [{ archive: 'job_1.zip' }] });
    expect((await readFile(join(directory, 'job_1.zip'))).equals(mended)).toBe(true);
    const requests = host.fileRequests.length;
    expect((await save(undefined, { extract: false })).ok).toBe(true);
    expect(host.fileRequests).toHaveLength(requests);
  });

  it('calls everything off, and goes on from there', async () => {
    const entries = Array.from({ length: 40 }, (_, at) => ({ name: `${at}.bin`, data: noise(400_000, at) }));
    const { save, directory, events, host } = await setUp(makeZip(entries));
    const controller = new AbortController();
    const reason = new Error('enough');
    const onProgress = (event: SaveEvent) => {
      events.push(event);
      if (event.type === 'file-saved') controller.abort(reason);
    };
    await expect(save(undefined, { signal: controller.signal, onProgress })).rejects.toBe(reason);
    const saved = Object.keys(await readTree(directory)).length;
    expect(saved).toBeGreaterThan(0);
    expect(saved).toBeLessThan(40);
    const report = await save();
    expect(report).toMatchObject({ ok: true, totals: { files: 40 } });
    expect(report.skipped.length).toBe(saved);
    expect(host.apiRequests.filter((request) => request.startsWith('POST'))).toHaveLength(1);
  });
});

describe('a second run', () => {
  it('makes no request and fetches nothing', async () => {
    const { save, host } = await setUp(makeZip([hello, inside]));
    const first = await save();
    const requests = host.apiRequests.length + host.fileRequests.length;
    const second = await save();
    expect(host.apiRequests.length + host.fileRequests.length).toBe(requests);
    expect(second.batches).toEqual(first.batches);
    expect(second.skipped.map(({ path }) => path)).toEqual(['hello.txt', 'folder/noise.png']);
  });

  it('fetches what was changed or removed, and nothing else', async () => {
    const { save, host, directory, events } = await setUp(
      makeZip([hello, inside, { name: 'third', data: noise(50_000) }]),
    );
    await save();
    await writeFile(join(directory, 'hello.txt'), 'HELLO');
    await rm(join(directory, 'third'));
    events.length = 0;
    const report = await save();
    const saved = events.flatMap((event) => (event.type === 'file-saved' ? [event.path] : []));
    expect(saved.sort()).toEqual(['hello.txt', 'third']);
    expect(await readTree(directory)).toMatchObject({ 'hello.txt': 'hello', third: digest(noise(50_000)) });
    expect(report).toMatchObject({ ok: true, totals: { files: 3 } });
    expect(host.apiRequests.filter((request) => request.startsWith('POST'))).toHaveLength(1);
  });

  it('looks into a file whose time was changed, and keeps it if it is intact', async () => {
    const { save, host, directory } = await setUp(makeZip([hello]));
    await save();
    await utimes(join(directory, 'hello.txt'), new Date(), new Date(1_000_000));
    const requests = host.fileRequests.length;
    expect((await save()).ok).toBe(true);
    expect(host.fileRequests).toHaveLength(requests);
  });

  it('does everything anew with force', async () => {
    const { save, host, directory } = await setUp(makeZip([hello]), makeZip([{ ...hello, data: 'fresh' }]));
    await save();
    const report = await save(undefined, { force: true });
    expect(report.batches[0]).toMatchObject({ jobId: 'job_2', files: [{ path: 'hello.txt' }] });
    expect(await readTree(directory)).toEqual({ 'hello.txt': 'fresh' });
    expect(host.apiRequests.filter((request) => request.startsWith('POST'))).toHaveLength(2);
  });

  it('passes over a torn line of the journal', async () => {
    const { save, host, directory } = await setUp(makeZip([hello, inside]));
    await save();
    const journal = join(directory, '.scenario-downloads/journal.jsonl');
    const text = await readFile(journal, 'utf8');
    await writeFile(journal, text.slice(0, -30));
    await save();
    await save();
    expect(host.apiRequests.filter((request) => request.startsWith('POST'))).toHaveLength(1);
    await expectMode(journal, 0o600);
    expect(await readFile(journal, 'utf8')).not.toContain('signature');
  });

  it('replaces no file that is somebody else’s, but takes one that is the same', async () => {
    const { save, directory } = await setUp(makeZip([hello, inside]));
    await writeFile(join(directory, 'hello.txt'), 'mine!');
    await mkdir(join(directory, 'folder'));
    await writeFile(join(directory, 'folder/noise.png'), noise(300_000));
    const report = await save();
    const [own] = report.renamed;
    expect(own).toMatchObject({ entry: 'hello.txt', reasons: ['occupied'] });
    expect(own?.path).toMatch(/^hello~[0-9a-f]{10}\.txt$/);
    expect(report.skipped).toEqual([{ path: 'folder/noise.png', reason: 'present' }]);
    expect((await readTree(directory))['hello.txt']).toEqual('mine!');
    expect((await readTree(directory))[own!.path]).toEqual('hello');
    expect((await save()).renamed).toEqual(report.renamed);
  });
});

describe('the disk', () => {
  it.skipIf(isWindows)('does not follow a link out of the directory', async () => {
    const { save, directory } = await setUp(makeZip([hello, inside]));
    const elsewhere = await makeFolder();
    await symlink(elsewhere, join(directory, 'folder'));
    const report = await save();
    expect(report.batches[0]).toMatchObject({ status: 'partial', files: [{ path: 'hello.txt' }] });
    expect(report.batches[0]?.failed[0]?.error).toMatchObject({ code: 'FILE_SYSTEM_ERROR', errno: 'ENOTDIR' });
    expect(await readdir(elsewhere)).toEqual([]);
  });

  it.skipIf(isWindows || process.getuid?.() === 0)('says that it cannot be written to', async () => {
    const { save, directory } = await setUp(makeZip([hello]));
    await chmod(directory, 0o500);
    await expect(save()).rejects.toThrow(FileSystemError);
    await chmod(directory, 0o700);
  });

  it('says that there is no room, before anything is fetched', async () => {
    const huge = { name: 'huge', data: 'x', deflate: true, zip64: true, uncompressedSize: 2 ** 51 };
    const { save, directory, events } = await setUp(makeZip([hello, huge]));
    const limits = { totalBytes: 2 ** 52, ratio: 2 ** 52 };
    await expect(save(undefined, { limits })).rejects.toMatchObject({ code: 'FILE_SYSTEM_ERROR', errno: 'ENOSPC' });
    expect(await readTree(directory)).toEqual({});
    expect(events.some(({ type }) => type === 'file-saved')).toBe(false);
    expect(await save(undefined, { exclude: (path: string) => path === 'huge', limits })).toMatchObject({ ok: true });
  });

  it('says that there is a file where the directory should be', async () => {
    const { save, directory } = await setUp(makeZip([hello]));
    await writeFile(join(directory, 'file'), '');
    await expect(save(undefined, { directory: join(directory, 'file') })).rejects.toThrow(FileSystemError);
  });
});
