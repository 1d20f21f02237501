import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SaveEvent } from '../../src/node/events.js';
import { saveAll } from '../../src/node/save-all.js';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/index.js';
import { createScenarioClient } from '../../src/client.js';
import { startArchiveHost } from '../helpers/file-host.js';
import { createTransferClock } from '../helpers/node-clock.js';
import { digest, makeFolder, readTree } from '../helpers/node-folder.js';
import { makeZip, noise } from '../helpers/node-zip.js';
import { isWindows } from '../helpers/platform.js';

async function setUp(options: SandboxOptions = {}) {
  const clock = createTransferClock();
  const sandbox = await startSandbox({ now: clock.now, jobDurationMs: 100, imageSize: 8, ...options });
  onTestFinished(() => sandbox.close());
  const client = createScenarioClient({ baseUrl: sandbox.baseUrl, ...sandbox.credentials, clock });
  return { clock, sandbox, client };
}

const assetIds = Array.from({ length: 25 }, (_, at) => `asset_${at}`);
const requestsFor = (sandbox: Sandbox, operation: string) =>
  sandbox.requests.filter(({ operationId }) => operationId === operation).length;

describe('saveAll with the sandbox', () => {
  it('saves a mixed selection in batches', async () => {
    const { client, clock, sandbox } = await setUp({ archive: { compression: 'deflated', dataDescriptors: true } });
    const directory = await makeFolder();
    const selection = { assetIds, inferenceIds: ['inference_1'], modelIds: ['model_1'] };
    const report = await saveAll(client, selection, { directory, clock, batchSize: 10 });
    expect(report).toMatchObject({ ok: true, totals: { files: 25 + 4 + 25 } });
    expect(report.batches.map(({ index, assets }) => [index, assets])).toEqual([
      [0, 10],
      [1, 10],
      [2, 5],
      [3, 29],
    ]);
    expect(Object.keys(await readTree(directory))).toHaveLength(54);
    expect(sandbox.violations).toEqual([]);
    const requests = sandbox.requests.length;
    expect((await saveAll(client, selection, { directory, clock, batchSize: 10 })).skipped).toHaveLength(54);
    expect(sandbox.requests).toHaveLength(requests);
  });

  it('remembers the halves of a batch that was too large', async () => {
    const { client, clock, sandbox } = await setUp({ maxAssetsPerBatch: 60 });
    const directory = await makeFolder();
    const selection = { modelIds: ['model_1', 'model_2', 'model_3', 'model_4', 'model_5'] };
    const report = await saveAll(client, selection, { directory, clock });
    expect(report.batches.map(({ index, part, assets }) => ({ index, part, assets }))).toEqual([
      { index: 0, part: [0, 0], assets: 50 },
      { index: 0, part: [0, 1], assets: 25 },
      { index: 0, part: [1], assets: 50 },
    ]);
    const requests = sandbox.requests.length;
    const again = await saveAll(client, selection, { directory, clock });
    expect(again.batches).toEqual(report.batches);
    expect(sandbox.requests).toHaveLength(requests);
  });

  it('leaves no folder behind when it could not begin', async () => {
    const { clock, sandbox } = await setUp();
    const client = createScenarioClient({ baseUrl: sandbox.baseUrl, apiKey: 'wrong', apiSecret: 'wrong', clock });
    const parent = await makeFolder();
    for (const directory of ['out', 'a/b/c', '.'].map((path) => join(parent, path))) {
      expect(await saveAll(client, { assetIds: ['a'] }, { directory, clock })).toMatchObject({ ok: false });
      expect(await readdir(parent)).toEqual([]);
    }
    const directory = join(parent, 'kept');
    await mkdir(directory);
    await saveAll(client, { assetIds: ['a'] }, { directory, clock });
    expect(await readdir(parent, { recursive: true })).toEqual(['kept']);
  });

  it('keeps what is finished when a job fails, and asks only for that job again', async () => {
    const { client, clock, sandbox } = await setUp({
      jobStates: ({ number }) => (number === 1 ? ['queued', 'failure'] : ['queued', 'success']),
    });
    const directory = await makeFolder();
    const first = await saveAll(client, { assetIds }, { directory, clock, batchSize: 10, concurrency: 1 });
    expect(first.batches.map(({ status }) => status)).toEqual(['failed', 'complete', 'complete']);
    expect(first.batches[0]?.error?.code).toBe('JOB_FAILED');
    const second = await saveAll(client, { assetIds }, { directory, clock, batchSize: 10, concurrency: 1 });
    expect(second.ok).toBe(true);
    expect(requestsFor(sandbox, 'downloadRequestBatch')).toBe(4);
    expect(second.totals.files).toBe(25);
  });

  it('saves assets one by one in a format, and does not fetch them again', async () => {
    const { client, clock, sandbox } = await setUp({ missingAssets: ['asset_gone'], nonImageAssets: ['asset_song'] });
    const directory = await makeFolder();
    const ids = ['asset_1', 'asset_gone', 'asset_2', 'asset_song', 'asset/3'];
    const options = { directory, clock, targetFormat: 'png' } as const;
    const report = await saveAll(client, { assetIds: ids }, options);
    expect(Object.keys(await readTree(directory)).sort()).toEqual(['asset_1.png', 'asset_2.png', 'asset_3.png']);
    expect(report).toMatchObject({ ok: false, batches: [{ jobId: null, status: 'partial', assets: 3 }] });
    expect(report.batches[0]?.failed.map(({ entry, error }) => [entry, error.status])).toEqual([
      ['asset_gone', 404],
      ['asset_song', 400],
    ]);
    const requests = requestsFor(sandbox, 'downloadRequest');
    const again = await saveAll(client, { assetIds: ids }, options);
    expect(requestsFor(sandbox, 'downloadRequest')).toBe(requests + 2);
    expect(again.skipped).toHaveLength(3);
    const fewer = await saveAll(
      client,
      { assetIds: ids },
      { ...options, include: (path) => !/asset_(2|gone)/.test(path) },
    );
    expect(requestsFor(sandbox, 'downloadRequest')).toBe(requests + 3);
    expect(fewer.skipped).toEqual([
      { path: 'asset_gone.png', reason: 'excluded' },
      { path: 'asset_1.png', reason: 'present' },
      { path: 'asset_2.png', reason: 'excluded' },
      { path: 'asset_3.png', reason: 'present' },
    ]);
    expect(fewer.totals.files).toBe(2);
    await expect(saveAll(client, { modelIds: ['m'] }, options)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('tells of assets that have failed in the order of the selection, whichever failed first', async () => {
    const { client, clock, sandbox } = await setUp({ missingAssets: ['asset_gone'], nonImageAssets: ['asset_song'] });
    sandbox.faults.add({ on: 'file', effect: { type: 'status', status: 418 } });
    const ids = ['asset_1', 'asset_gone', 'asset_song'];
    const options = { directory: await makeFolder(), clock, targetFormat: 'png', concurrency: 3 } as const;
    // The request for a file comes after all the answers of the API.
    const [batch] = (await saveAll(client, { assetIds: ids }, options)).batches;
    expect(batch?.failed.map(({ entry, error }) => [entry, error.status])).toEqual([
      ['asset_1', 418],
      ['asset_gone', 404],
      ['asset_song', 400],
    ]);
    expect(batch?.error?.status).toBe(418);
  });

  it('does not call an asset skipped that it had to fetch to know that it is there', async () => {
    const { client, clock } = await setUp();
    const directory = await makeFolder();
    const save = () => saveAll(client, { assetIds: ['asset_1'] }, { directory, clock, targetFormat: 'png' });
    const { batches, totals } = await save();
    await rm(join(directory, '.scenario-downloads'), { recursive: true });
    const again = await save();
    expect(again).toMatchObject({ ok: true, skipped: [], renamed: [], totals: { files: totals.files } });
    expect(again.batches).toEqual(batches);
    expect(again.totals.receivedBytes).toBe(totals.receivedBytes);
    expect((await save()).skipped).toEqual([{ path: 'asset_1.png', reason: 'present' }]);
  });

  it.each([
    ['an empty file', ''],
    ['a web page', '\n<!DOCTYPE html><html><body>Log in to the network</body></html>'],
  ])('does not take %s for an asset', async (what, body) => {
    const { client, clock, sandbox } = await setUp();
    sandbox.faults.add({ on: 'file', effect: { type: 'body', body, contentType: 'image/png' } });
    const directory = await makeFolder();
    const options = { directory, clock, targetFormat: 'png', concurrency: 1 } as const;
    const report = await saveAll(client, { assetIds: ['asset_1', 'asset_2'] }, options);
    expect(report.batches[0]?.failed).toMatchObject([{ entry: 'asset_1', error: { code: 'INVALID_RESPONSE' } }]);
    expect(report.batches[0]?.failed[0]?.error.message.toLowerCase()).toContain(what);
    expect(Object.keys(await readTree(directory))).toEqual(['asset_2.png']);
    const again = await saveAll(client, { assetIds: ['asset_1', 'asset_2'] }, options);
    expect(again.ok).toBe(true);
  });

  it('waits for a single asset with its own clock, and no longer than it may', async () => {
    const { client, clock, sandbox } = await setUp();
    const effect = { type: 'status', status: 429, headers: { 'retry-after': '120' } } as const;
    sandbox.faults.add({ on: 'downloadRequest', times: 2, effect });
    const options = { directory: await makeFolder(), clock, targetFormat: 'png' } as const;
    const impatient = await saveAll(client, { assetIds: ['asset_1'] }, { ...options, timeoutMs: 60_000 });
    expect(impatient.batches[0]?.error).toMatchObject({ status: 429, retryAfterMs: 120_000 });
    expect((await saveAll(client, { assetIds: ['asset_1'] }, options)).ok).toBe(true);
    expect(clock.delays.filter((ms) => ms === 120_000)).toHaveLength(1);
  });

  it('saves an asset whose URL expires and whose transfer breaks', async () => {
    const { client, clock, sandbox } = await setUp({ imageSize: 300 });
    sandbox.faults.add({ on: 'file', effect: { type: 'expire' } });
    sandbox.faults.add({ on: 'file', after: 1, effect: { type: 'drop', afterBytes: 500 } });
    const directory = await makeFolder();
    const report = await saveAll(client, { assetIds: ['asset_1'] }, { directory, clock, targetFormat: 'png' });
    expect(report.ok).toBe(true);
    expect(requestsFor(sandbox, 'downloadRequest')).toBe(2);
  });
});

describe('names across archives', () => {
  const archives = [
    makeZip([
      { name: 'x', data: 'first' },
      { name: 'only', data: 'only' },
    ]),
    makeZip([
      { name: 'X', data: 'second' },
      { name: 'y/z', data: 'inside' },
    ]),
    makeZip([
      { name: 'x', data: 'third' },
      { name: 'y', data: 'file' },
    ]),
  ];
  const ids = ['a', 'b', 'c'];

  async function run(delays: readonly number[], between?: (directory: string) => Promise<void>) {
    const clock = createTransferClock();
    const host = await startArchiveHost(archives, clock);
    const directory = await makeFolder();
    await between?.(directory);
    let answered = 0;
    const waiting: (() => void)[] = [];
    // The archives are opened in the order of `delays`.
    host.misbehave = (request, response) => {
      const job = Number(/job_(\d)/.exec(request.path)?.[1]) - 1;
      if (delays[job] === answered) {
        answered++;
        response.on('close', () => setTimeout(() => waiting.splice(0).forEach((retry) => retry()), 30));
        return false;
      }
      if (delays[job]! < answered) return false;
      response.writeHead(503, { 'retry-after': '0' }).end();
      return true;
    };
    const report = await saveAll(host.client, { inferenceIds: ids }, { directory, clock, batchSize: 1 });
    return { report, directory, tree: await readTree(directory), host, clock };
  }

  it('do not depend on the order in which the archives come', async () => {
    const { tree, report } = await run([0, 1, 2]);
    expect(report.ok).toBe(true);
    expect(tree).toMatchObject({ x: 'first', only: 'only', 'y/z': 'inside' });
    expect(Object.keys(tree)).toHaveLength(6);
    for (const order of [
      [2, 1, 0],
      [1, 2, 0],
      [2, 0, 1],
    ]) {
      expect((await run(order)).tree).toEqual(tree);
    }
  });

  it('do not depend on which of them failed before', async () => {
    const { tree } = await run([0, 1, 2]);
    for (const failing of [0, 1]) {
      const clock = createTransferClock();
      const host = await startArchiveHost(archives, clock);
      const directory = await makeFolder();
      const save = () =>
        saveAll(host.client, { inferenceIds: ids }, { directory, clock, batchSize: 1, concurrency: 1 });
      host.misbehave = ({ path }, response) => {
        if (!path.includes(`job_${failing + 1}`)) return false;
        response.writeHead(501).end();
        return true;
      };
      expect((await save()).batches.map(({ status }) => status).filter((status) => status === 'failed')).toHaveLength(
        1,
      );
      host.misbehave = () => false;
      expect((await save()).ok).toBe(true);
      expect(await readTree(directory)).toEqual(tree);
      const requests = host.fileRequests.length;
      expect((await save()).skipped).toHaveLength(6);
      expect(host.fileRequests).toHaveLength(requests);
    }
  });

  it('leave alone what another selection has saved', async () => {
    const clock = createTransferClock();
    const host = await startArchiveHost(archives, clock);
    const directory = await makeFolder();
    await saveAll(host.client, { inferenceIds: ['other'] }, { directory, clock });
    await saveAll(host.client, { inferenceIds: ['mine'] }, { directory, clock });
    expect(await readTree(directory)).toMatchObject({ x: 'first', only: 'only', 'y/z': 'inside' });
    expect(Object.keys(await readTree(directory))).toHaveLength(4);
  });
});

describe('a process that is killed', () => {
  it('leaves no half file, and the next one goes on', async () => {
    const entries = Array.from({ length: 60 }, (_, at) => ({
      name: `f/${at}.bin`,
      data: noise(200_000, at),
      deflate: at % 3 === 0,
    }));
    const whole = Object.fromEntries(entries.map(({ name, data }) => [name, digest(data)]));
    const host = await startArchiveHost([makeZip(entries)]);
    const directory = await makeFolder();
    let finished = 0;
    for (const killAfter of [1, 7, 20]) {
      const child = spawn(
        process.execPath,
        ['--import', 'tsx', join(import.meta.dirname, '../helpers/node-save-child.ts')],
        {
          env: { ...process.env, BASE_URL: `${host.url}/v1`, DIRECTORY: directory, KILL_AFTER: String(killAfter) },
          stdio: ['ignore', 'inherit', 'inherit'],
        },
      );
      const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
      expect(signal ?? code).toBe(isWindows ? 1 : 'SIGKILL');
      const tree = await readTree(directory);
      expect(whole).toMatchObject(tree);
      expect(Object.keys(tree).length).toBeGreaterThanOrEqual(finished + killAfter);
      finished = Object.keys(tree).length;
    }
    let fetched = 0;
    const onProgress = (event: SaveEvent) => {
      if (event.type === 'file-saved') fetched++;
    };
    expect((await saveAll(host.client, { inferenceIds: ['one'] }, { directory, onProgress })).ok).toBe(true);
    expect(fetched).toBe(60 - finished);
    expect(await readTree(directory)).toEqual(whole);
    expect(host.apiRequests.filter((request) => request.startsWith('POST'))).toHaveLength(1);
    expect(await readdir(join(directory, '.scenario-downloads'))).toEqual(['journal.jsonl']);
    expect(await readFile(join(directory, '.scenario-downloads/journal.jsonl'), 'utf8')).not.toContain('signature');
  }, 60_000);
});
