import { gzipSync } from 'node:zlib';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { mountSmall, unmount, whyNot } from '../../scripts/fault-matrix/disk-means.js';
import { saveAll } from '../../src/node/save-all.js';
import type { SaveOptions } from '../../src/node/save-options.js';
import { answerFile, startArchiveHost, type Misbehaviour } from '../helpers/file-host.js';
import { digest, makeFolder, readTree } from '../helpers/node-folder.js';
import { makeZip, noise } from '../helpers/node-zip.js';

const MEBIBYTE = 1024 * 1024;
const small = noise(300_000, 2);

/** A directory with so much room. */
async function makeSmallDisk(bytes: number): Promise<string> {
  const directory = await makeFolder();
  mountSmall(directory, bytes);
  onTestFinished(() => unmount(directory));
  return directory;
}

/**
 * One request for the first archive gets its answer when it is told to; the second archive is not answered before most
 * of the first is there.
 */
function holdUp(): { misbehave: Misbehaviour; release: () => void } {
  const heldOfFirst: (() => void)[] = [];
  const heldOfSecond: (() => void)[] = [];
  const answerAll = (held: (() => void)[]) => held.splice(0).forEach((answer) => answer());
  let asked = 0;
  return {
    misbehave(request, response) {
      const answer = () => answerFile(request, response);
      const isFirst = request.path === '/files/job_1.zip';
      if (isFirst) asked++;
      if (asked === 10) answerAll(heldOfSecond);
      if (isFirst ? asked !== 4 : asked >= 10) return false;
      (isFirst ? heldOfFirst : heldOfSecond).push(answer);
      return true;
    },
    release: () => answerAll(heldOfFirst),
  };
}

it.skipIf(whyNot('mount') !== undefined)('what is written of a large file is not spoken for as well', async () => {
  const film = noise(40 * MEBIBYTE, 1);
  const directory = await makeSmallDisk(56 * MEBIBYTE);
  const archives = [
    makeZip([{ name: 'film.mp4', data: film }]),
    makeZip([{ name: 'other.png', data: noise(10 * MEBIBYTE, 3) }]),
  ];
  const host = await startArchiveHost(archives);
  const { misbehave, release } = holdUp();
  host.misbehave = misbehave;
  const report = await saveAll(
    host.client,
    { inferenceIds: ['one', 'two'] },
    {
      directory,
      batchSize: 1,
      connections: 4,
      onProgress: (event) => {
        if (event.type === 'file-saved' && event.path.endsWith('other.png')) release();
      },
    },
  );
  expect(report.ok).toBe(true);
  expect(await readTree(directory)).toMatchObject({ 'film.mp4': digest(film) });
});

it('an archive that is kept is checked, large files that are deflated too', async () => {
  const archive = makeZip([{ name: 'film.mp4', data: noise(40 * MEBIBYTE, 1), deflate: true }]);
  const host = await startArchiveHost([archive]);
  const directory = await makeFolder();
  const report = await saveAll(host.client, { inferenceIds: ['one'] }, { directory, extract: false });
  expect(report).toMatchObject({ ok: true, batches: [{ failed: [] }] });
});

const LENGTH = { 'content-length': 40 * MEBIBYTE };

/** Sends zeros until the connection is closed, without a word on how many. */
function sendForEver(headers: Record<string, string | number> = {}): Misbehaviour {
  return (_, response) => {
    response.writeHead(200, headers);
    const chunk = Buffer.alloc(64 * 1024);
    const more = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on('drain', more);
    more();
    return true;
  };
}

interface Endless {
  host: Awaited<ReturnType<typeof startArchiveHost>>;
  directory: string;
  save: (options?: Partial<SaveOptions>) => ReturnType<typeof saveAll>;
}

async function setUp(misbehave: Misbehaviour, directory?: string): Promise<Endless> {
  const host = await startArchiveHost([makeZip([{ name: 'a.png', data: small }])]);
  host.files.set('/files/asset_a', small);
  host.misbehave = misbehave;
  const target = directory ?? (await makeFolder());
  const limits = { totalBytes: MEBIBYTE, entries: 10 };
  const save = (options: Partial<SaveOptions> = {}) =>
    saveAll(host.client, { assetIds: ['asset_a'] }, { directory: target, limits, ...options });
  return { host, directory: target, save };
}

it.each([
  ['an archive', undefined],
  ['an asset', 'webp' as const],
])('%s without an end is given up at the limit, and nothing of it is kept', async (_, targetFormat) => {
  const { directory, save } = await setUp(sendForEver());
  const report = await save({ targetFormat });
  const error = targetFormat === undefined ? report.batches[0]?.error : report.batches[0]?.failed[0]?.error;
  expect(error).toMatchObject({ code: 'INVALID_RESPONSE' });
  expect(error?.message).toMatch(/job_1\.zip|asset_a/);
  expect(error?.message).toMatch(/is longer than \d+ bytes, the most that it may be/);
  expect(report.totals.receivedBytes).toBeLessThan(8 * MEBIBYTE);
  expect(await readTree(directory)).toEqual({});
  const left = await readdir(join(directory, '.scenario-downloads')).catch(() => []);
  expect(left.filter((name) => name !== 'journal.jsonl')).toEqual([]);
});

it('an asset that says that it is beyond the limit is given up before a byte of it is read', async () => {
  const { host, save } = await setUp(sendForEver(LENGTH));
  const report = await save({ targetFormat: 'webp' });
  expect(report.totals.receivedBytes).toBe(0);
  expect(host.fileRequests).toHaveLength(1);
  expect(report.batches[0]?.failed).toMatchObject([{ entry: 'asset_a', error: { code: 'INVALID_RESPONSE' } }]);
});

it('an asset that its host keeps packed is given up where it unpacks beyond the limit', async () => {
  const packed = gzipSync(noise(1000, 1).toString('hex').repeat(2000));
  const { save } = await setUp((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length }).end(packed);
    return true;
  });
  const report = await save({ targetFormat: 'webp' });
  expect(report.batches[0]?.failed[0]?.error.message).toMatch(/unpacks to more than 1048576 bytes/);
});

it.skipIf(whyNot('mount') !== undefined)('an asset that the disk has no room for is not begun', async () => {
  const { host, save } = await setUp(sendForEver(LENGTH), await makeSmallDisk(8 * MEBIBYTE));
  await expect(save({ targetFormat: 'webp', limits: {} })).rejects.toThrow(
    /^Not enough space in .*: 41\.9 MB are needed/,
  );
  expect(host.fileRequests).toHaveLength(1);
});
