import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mountSmall, unmount, whyNot } from '../../scripts/fault-matrix/disk-means.js';
import { saveAll } from '../../src/node/save-all.js';
import type { SaveOptions } from '../../src/node/save-options.js';
import { rangeHeaders, startArchiveHost, type Misbehaviour } from '../helpers/file-host.js';
import { createTransferClock, STALL_TIMEOUT_MS } from '../helpers/node-clock.js';
import { digest, makeFolder, readTree } from '../helpers/node-folder.js';
import { makeZip, noise } from '../helpers/node-zip.js';

const MEBIBYTE = 1024 * 1024;
const film = noise(40 * MEBIBYTE, 1);
const small = noise(300_000, 2);

/** A large file with a small one in front of it and one behind. */
function archiveOf(content: Buffer, deflate: boolean): Buffer {
  return makeZip([
    { name: 'a.png', data: small },
    { name: 'film.mp4', data: content, deflate },
    { name: 'z.png', data: small },
  ]);
}
const stored = archiveOf(film, false);
const deflated = archiveOf(film, true);
const whole = { 'a.png': digest(small), 'film.mp4': digest(film), 'z.png': digest(small) };

async function setUp(archive: Buffer, directory?: string) {
  const clock = createTransferClock();
  const host = await startArchiveHost([archive, archive, archive], clock);
  const target = directory ?? (await makeFolder());
  const own = join(target, '.scenario-downloads');
  const folder = join(own, 'partial');
  const save = (options: Partial<SaveOptions> = {}) =>
    saveAll(
      host.client,
      { inferenceIds: ['one'] },
      { directory: target, clock, stallTimeoutMs: STALL_TIMEOUT_MS, connections: 1, ...options },
    );
  /** Saves, and calls it off at the n-th request for a file, which gets no answer. */
  const interruptAt = async (nth: number, options: Partial<SaveOptions> = {}): Promise<void> => {
    const controller = new AbortController();
    const before = host.fileRequests.length;
    host.misbehave = ({ count }) => {
      if (count < before + nth) return false;
      controller.abort(new Error('enough'));
      return true;
    };
    await expect(save({ ...options, signal: controller.signal })).rejects.toThrow('enough');
    host.misbehave = () => false;
  };
  /** Saves, and tells how many bytes came of it over the network. */
  const bytesOf = async (options: Partial<SaveOptions> = {}): Promise<number> => {
    const report = await save(options);
    expect(report.batches[0]?.error).toBeUndefined();
    expect(report.ok).toBe(true);
    expect(await readTree(target)).toEqual(whole);
    expect(await readdir(own)).toEqual(['journal.jsonl']);
    return report.totals.receivedBytes;
  };
  const find = async (suffix: string) => {
    const [name = 'nothing'] = (await readdir(folder)).filter((file) => file.endsWith(suffix));
    return join(folder, name);
  };
  return { host, directory: target, own, folder, save, interruptAt, bytesOf, find };
}

describe.each([
  ['stored', stored],
  ['deflated', deflated],
])('a large file that is %s', (_, archive) => {
  it('goes on at the parts that are missing after the process was killed', async () => {
    const { host, directory, bytesOf, find } = await setUp(archive);
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, '../helpers/node-save-child.ts')],
      {
        env: { ...process.env, BASE_URL: `${host.url}/v1`, DIRECTORY: directory },
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
    host.misbehave = ({ count }) => count > 5 && child.kill('SIGKILL');
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    host.misbehave = () => false;
    const parts = (await readFile(await find('.jsonl'), 'utf8')).trim().split('\n').slice(1);
    expect(parts.length).toBeGreaterThan(0);
    const there = parts.reduce((sum, line) => sum + (JSON.parse(line) as { bytes: number }).bytes, 0);
    expect(there).toBeGreaterThan(20 * MEBIBYTE);

    // What comes beside the missing parts: the end of the archive, for a look, and the small files.
    expect(await bytesOf()).toBeLessThan(archive.length - there + 2 * MEBIBYTE);
  });

  it('goes on as often as it is interrupted, in the middle of a part, too', async () => {
    const { host, save, interruptAt, bytesOf } = await setUp(archive);
    await interruptAt(5);
    host.misbehave = breakOffAt(20 * MEBIBYTE);
    expect((await save()).ok).toBe(false);
    host.misbehave = () => false;
    await interruptAt(3);
    expect(await bytesOf()).toBeLessThan(22 * MEBIBYTE);
  });

  it('begins anew when the archive is another', async () => {
    const { host, interruptAt, bytesOf } = await setUp(archive);
    await interruptAt(5);
    host.misbehave = withTag('"another"');
    expect(await bytesOf()).toBeGreaterThan(40 * MEBIBYTE);
  });

  it('is read again where it was damaged meanwhile', async () => {
    const { interruptAt, bytesOf, find } = await setUp(archive);
    await interruptAt(5);
    const file = await open(await find('.part'), 'r+');
    await file.write(Buffer.from('damage'), 0, 6, 5000);
    await file.close();
    expect(await bytesOf()).toBeGreaterThan(39 * MEBIBYTE);
  });

  it('begins anew with force, and leaves nothing behind when it is not wanted any more', async () => {
    const { own, folder, save, interruptAt, bytesOf } = await setUp(archive);
    await interruptAt(5);
    expect(await bytesOf({ force: true })).toBeGreaterThan(40 * MEBIBYTE);
    await interruptAt(5, { force: true });
    expect(await readdir(folder)).toHaveLength(2);
    expect((await save({ exclude: (path) => path === 'film.mp4' })).ok).toBe(true);
    expect(await readdir(own)).toEqual(['journal.jsonl']);
  });
});

it('a large file whose CRC-32 is wrong is fetched once more, and nothing of it is kept', async () => {
  const damaged = Buffer.from(stored);
  damaged.writeUInt8(damaged.readUInt8(10 * MEBIBYTE) ^ 1, 10 * MEBIBYTE);
  const { host, own, save } = await setUp(damaged);
  const report = await save();
  expect(report.batches[0]?.failed).toMatchObject([{ entry: 'film.mp4', error: { reason: 'crc-mismatch' } }]);
  expect(report.totals.receivedBytes).toBeGreaterThan(80 * MEBIBYTE);
  expect(host.apiRequests.filter((asked) => asked.startsWith('POST'))).toHaveLength(1);
  expect(await readdir(own)).toEqual(['journal.jsonl']);
});

it('a large file is not gone on with where nobody could tell whether the archive is still the same', async () => {
  const { host, own, save } = await setUp(stored);
  host.misbehave = (asked, response) => {
    if (asked.count > 5) response.writeHead(501).end();
    else withTag('W/"weak"')(asked, response);
    return true;
  };
  expect((await save()).ok).toBe(false);
  expect(await readdir(own)).toEqual(['journal.jsonl']);
});

it.skipIf(whyNot('mount') !== undefined)('a large file needs room for what is missing of it alone', async () => {
  const directory = await makeFolder();
  mountSmall(directory, 56 * MEBIBYTE);
  onTestFinished(() => unmount(directory));
  const { interruptAt, bytesOf } = await setUp(stored, directory);
  await interruptAt(6);
  expect(await bytesOf()).toBeLessThan(20 * MEBIBYTE);
});

/** Answers every range under this tag. */
function withTag(etag: string): Misbehaviour {
  return ({ range, file }, response) => {
    response.writeHead(206, { etag, ...rangeHeaders(range!, file) });
    response.end(file.subarray(range!.start, range!.end));
    return true;
  };
}

/** Sends no byte behind this one, but for the end of the archive. */
function breakOffAt(last: number): Misbehaviour {
  return ({ range, file, headers }, response) => {
    if (headers.range?.startsWith('bytes=-')) return false;
    const { start, end } = range!;
    if (end <= last) return false;
    response.writeHead(206, { etag: String(headers['if-range']), ...rangeHeaders(range!, file) });
    response.write(file.subarray(start, Math.max(start, last)), () => setImmediate(() => response.destroy()));
    return true;
  };
}
