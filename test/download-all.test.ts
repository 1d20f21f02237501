import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { downloadAll } from '../src/download-all.js';
import { HttpError, InvalidInputError, JobFailedError, PartialDownloadError } from '../src/errors.js';
import type { ProgressEvent } from '../src/progress.js';
import type { TargetFormat } from '../src/types.js';
import { startTestSandbox } from './helpers/sandbox-client.js';

const ids = (count: number) => Array.from({ length: count }, (_, at) => `asset_${at}`);

test('2,500 assets, an inference and a model become four archives, in the order of the plan', async () => {
  const { client, clock, sandbox } = await startTestSandbox();
  const events: ProgressEvent[] = [];
  const downloads = await downloadAll(
    client,
    { assetIds: ids(2500), inferenceIds: ['inference_1'], modelIds: ['model_1'] },
    { clock, onProgress: (event) => events.push(event) },
  );
  expect(downloads.map(({ kind, index }) => [kind, index])).toEqual([0, 1, 2, 3].map((index) => ['archive', index]));
  expect(downloads[3]?.batch.query).toEqual({
    assetIds: [],
    inferenceIds: ['inference_1'],
    modelIds: ['model_1'],
  });
  expect(sandbox.jobs).toHaveLength(4);
  expect(sandbox.violations).toEqual([]);
  expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['batch-requested', 'batch-waiting', 'batch-ready']));
  expect(JSON.stringify(events)).not.toContain('signature');
});

test('with a targetFormat each asset is asked for by itself', async () => {
  const { client, clock, sandbox } = await startTestSandbox();
  const downloads = await downloadAll(client, { assetIds: ids(10) }, { targetFormat: 'webp', clock });
  expect(downloads.map(({ assetId, targetFormat }) => [assetId, targetFormat])).toEqual(
    ids(10).map((id) => [id, 'webp']),
  );
  expect(new Set(sandbox.requests.map(({ operationId }) => operationId))).toEqual(new Set(['downloadRequest']));
  expect((await fetch(downloads[0]!.downloadUrl)).status).toBe(200);
});

test('what failed rejects with everything that did not', async () => {
  const { client, clock, sandbox } = await startTestSandbox();
  sandbox.faults.add({ on: 'downloadGetStatus', effect: { type: 'jobStatus', jobStatus: 'canceled' } });
  const error: unknown = await downloadAll(client, { assetIds: ids(2500) }, { clock }).catch(
    (reason: unknown) => reason,
  );
  if (!(error instanceof PartialDownloadError)) throw error;
  expect(error.message).toMatch(/^1 of 3 downloads failed: Job job_\w+ ended as "canceled"\.$/);
  expect(error.cause).toBeInstanceOf(JobFailedError);
  expect(error.outcomes.map(({ index }) => index)).toEqual([0, 1, 2]);
  expect(error.outcomes.filter(({ status }) => status === 'ready')).toHaveLength(2);
  expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toContain('signature');
});

test('a format that does not fit, a missing asset and one of another team fail by themselves', async () => {
  const { client, clock } = await startTestSandbox({
    nonImageAssets: ['asset_1'],
    missingAssets: ['asset_2'],
    forbiddenAssets: ['asset_3'],
  });
  const error: unknown = await downloadAll(client, { assetIds: ids(5) }, { targetFormat: 'png', clock }).catch(
    (reason: unknown) => reason,
  );
  if (!(error instanceof PartialDownloadError)) throw error;
  const statuses = error.outcomes.map((outcome) =>
    outcome.status === 'failed' && outcome.error instanceof HttpError ? outcome.error.status : outcome.status,
  );
  expect(statuses).toEqual(['ready', 400, 404, 403, 'ready']);
});

test.each([
  [{ inferenceIds: ['i'] }, { targetFormat: 'png' as const }, /takes asset ids only/],
  [{ assetIds: ['a'], modelIds: ['m'] }, { targetFormat: 'png' as const }, /takes asset ids only/],
  [{ assetIds: ['a'] }, { targetFormat: 'bmp' as TargetFormat }, /one of gif, heif.*but is "bmp"/],
  [{}, {}, /empty/],
  [{ assetIds: ['..'] }, {}, /assetIds\[0\]/],
  [{ assetIds: ['a'] }, { batchSize: 1001 }, /batchSize/],
  [{ assetIds: ['a'] }, { timeoutMs: -1 }, /timeoutMs/],
  [
    { assetIds: ['a'] },
    Object.fromEntries([['timoutMs', 1]]),
    /An option must be one of batchSize, .*, but is "timoutMs"/,
  ],
])('refuses %j with %j before any request', async (selection, options, message) => {
  const { client, sandbox } = await startTestSandbox();
  const call = downloadAll(client, selection, options);
  await expect(call).rejects.toThrow(InvalidInputError);
  await expect(call).rejects.toThrow(message);
  expect(sandbox.requests).toHaveLength(0);
});

test.each([{}, { targetFormat: 'png' as const }])(
  'refuses what is no client, and no listener, with %j',
  async (options) => {
    const { client, sandbox } = await startTestSandbox();
    const selection = { assetIds: ['a'] };
    for (const other of [undefined, null, {}, sandbox]) {
      const call = downloadAll(other as typeof client, selection, options);
      await expect(call).rejects.toThrow(/client must be one of createScenarioClient, but is /);
      await expect(call).rejects.toThrow(InvalidInputError);
    }
    const call = downloadAll(client, selection, { ...options, onProgress: 'x' as unknown as () => void });
    await expect(call).rejects.toThrow('onProgress must be a function, but is "x".');
    await expect(call).rejects.toThrow(InvalidInputError);
    expect(sandbox.requests).toHaveLength(0);
  },
);

test('refuses options that are none, and ids that have no text', async () => {
  const { client } = await startTestSandbox();
  const call = downloadAll(client, { assetIds: ['a'] }, null as unknown as object);
  await expect(call).rejects.toThrow('options must be a plain object, but is null.');
  for (const assetIds of [Object.create(null) as [], [Object.create(null) as string]])
    await expect(downloadAll(client, { assetIds })).rejects.toThrow(/^assetIds.* must be .*, but is object\.$/);
});

test('cancelling rejects with the reason as it is', async () => {
  const { client, sandbox } = await startTestSandbox();
  const reason = new Error('changed my mind');
  await expect(downloadAll(client, { assetIds: ids(1) }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(sandbox.requests).toHaveLength(0);
});
