import { getEventListeners } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { resolveAssetUrl } from '../src/asset-url.js';
import { planBatches } from '../src/batches.js';
import { createScenarioClient } from '../src/client.js';
import { downloadAll } from '../src/download-all.js';
import { requestBatch, waitForJob } from '../src/jobs.js';
import { saveAll } from '../src/node/save-all.js';
import { startSandbox } from '../src/sandbox/index.js';
import { makeFolder } from './helpers/node-folder.js';
import { watchWarnings } from './helpers/warnings.js';

const ids = (count: number) => Array.from({ length: count }, (_, at) => `asset_${at}`);

/** In real time, so that everything under way at once is waited for at once. */
async function setUp() {
  const warnings = watchWarnings();
  const sandbox = await startSandbox({ jobDurationMs: 600 });
  onTestFinished(() => sandbox.close());
  const client = createScenarioClient({ baseUrl: sandbox.baseUrl, ...sandbox.credentials });
  return { client, warnings, controller: new AbortController() };
}

test.each([{ batchSize: 1 }, { targetFormat: 'webp' as const }])(
  'forty at once with %j are no leak to Node',
  async (options) => {
    const { client, warnings } = await setUp();
    expect(await downloadAll(client, { assetIds: ids(40) }, { ...options, concurrency: 40 })).toHaveLength(40);
    expect(await warnings()).toEqual([]);
  },
);

test('a signal may be shared by many calls at once', async () => {
  const { client, warnings, controller } = await setUp();
  const { signal } = controller;
  const folder = await makeFolder();
  const wait = async (id: string) => {
    const job = await requestBatch(client, planBatches({ assetIds: [id] })[0]!, { signal });
    return waitForJob(client, job, { signal });
  };
  await Promise.all([
    ...ids(12).map(wait),
    ...ids(12).map((id) => downloadAll(client, { assetIds: [id] }, { signal })),
    ...ids(12).map((id) => saveAll(client, { assetIds: [id] }, { directory: join(folder, id), signal })),
  ]);
  expect(await warnings()).toEqual([]);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('a signal may be used for one call after another, which leave nothing on it', async () => {
  const { client, controller } = await setUp();
  const { signal } = controller;
  const [batch] = planBatches({ assetIds: ids(1) });
  for (const id of ids(5)) {
    await resolveAssetUrl(client, id, { signal });
    await requestBatch(client, batch!, { signal });
  }
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});
