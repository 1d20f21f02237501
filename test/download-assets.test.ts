import { describe, expect, test } from 'vitest';
import { downloadAssets, type AssetOutcome, type DownloadAssetsOptions } from '../src/download-assets.js';
import { HttpError, InvalidInputError, NetworkError } from '../src/errors.js';
import { startTestSandbox } from './helpers/sandbox-client.js';

const ids = (count: number) => Array.from({ length: count }, (_, at) => `asset_${at}`);

async function setUp(...sandboxOptions: Parameters<typeof startTestSandbox>) {
  const started = await startTestSandbox(...sandboxOptions);
  const run = async (assetIds: readonly string[], options: Partial<DownloadAssetsOptions> = {}) => {
    const outcomes: AssetOutcome[] = [];
    for await (const outcome of downloadAssets(started.client, assetIds, { targetFormat: 'webp', ...options }))
      outcomes.push(outcome);
    return outcomes;
  };
  const posts = () => started.sandbox.requests.filter(({ operationId }) => operationId === 'downloadRequest');
  return { ...started, run, posts };
}

const broken = { on: 'downloadRequest', times: Infinity, effect: { type: 'drop' } } as const;

test('yields each asset with a URL that can be fetched', async () => {
  const { run } = await setUp();
  const outcomes = await run(ids(6));
  expect(outcomes.map(({ index, assetId }) => `${assetId} ${index}`).sort()).toEqual(
    ids(6).map((assetId, index) => `${assetId} ${index}`),
  );
  for (const outcome of outcomes) {
    if (outcome.status !== 'ready') throw outcome.error;
    expect((await fetch(outcome.downloadUrl)).status).toBe(200);
  }
});

test('refuses a format that there is not, before any request', async () => {
  const { run, posts } = await setUp();
  await expect(run(ids(2), { targetFormat: 'bmp' as 'webp' })).rejects.toThrow(/targetFormat must be one of .*"bmp"/);
  expect(posts()).toEqual([]);
});

test('refuses a time that cannot be waited', async () => {
  const { run, posts } = await setUp();
  await expect(run(ids(2), { timeoutMs: Number.NaN })).rejects.toThrow(/timeoutMs must be a whole number/);
  expect(posts()).toEqual([]);
});

test('refuses one id for a list of ids, which would be asked for letter by letter', async () => {
  const { run, posts } = await setUp();
  const ids = 'asset_1' as unknown as string[];
  await expect(run(ids)).rejects.toThrow(new InvalidInputError('assetIds must be a list of ids, but is "asset_1".'));
  expect(posts()).toEqual([]);
});

describe('a server that wants to be left alone', () => {
  const refusal = (seconds: number, times: number) =>
    ({
      on: 'downloadRequest',
      times,
      effect: { type: 'status', status: 429, headers: { 'retry-after': `${seconds}` } },
    }) as const;

  test('for longer than one request is repeated for is left alone, and gets the assets then', async () => {
    const { run, sandbox, clock, posts } = await setUp();
    sandbox.faults.add(refusal(120, 4));
    const outcomes = await run(ids(30), { clock });
    expect(outcomes.filter(({ status }) => status === 'ready')).toHaveLength(30);
    expect(clock.delays).toEqual([120_000, 120_000, 120_000, 120_000]);
    expect(posts()).toHaveLength(34);
  });

  test('for too long is asked no more', async () => {
    const { run, sandbox, posts } = await setUp();
    sandbox.faults.add(refusal(7200, Infinity));
    const outcomes = await run(ids(30));
    expect(outcomes.filter(({ status }) => status === 'failed')).toHaveLength(30);
    expect(posts().length).toBeLessThanOrEqual(7);
  });

  test('for longer than may be waited is asked no more', async () => {
    const { run, sandbox, clock } = await setUp();
    sandbox.faults.add(refusal(120, Infinity));
    const outcomes = await run(ids(30), { clock, timeoutMs: 60_000 });
    expect(outcomes.filter(({ status }) => status === 'failed')).toHaveLength(30);
    expect(clock.delays).toEqual([]);
  });

  test('again and again fails in the end', async () => {
    const { run, sandbox, posts } = await setUp({}, { retry: { limit: 0 } });
    sandbox.faults.add({ ...refusal(0, Infinity), effect: { type: 'status', status: 429 } });
    expect(await run(ids(1))).toMatchObject([{ status: 'failed', error: { status: 429 } }]);
    expect(posts()).toHaveLength(6);
  });
});

describe('when it is no use to ask on', () => {
  test('401 is asked once, and the others fail with it', async () => {
    const { run, posts } = await setUp({}, { apiSecret: 'wrong' });
    const outcomes = await run(ids(30), { concurrency: 1 });
    expect(outcomes.filter(({ status }) => status === 'failed')).toHaveLength(30);
    expect(outcomes.every((outcome) => outcome.status === 'failed' && outcome.error instanceof HttpError)).toBe(true);
    expect(posts()).toHaveLength(1);
  });

  test('without a network, as many are asked for as may be at once, and the others fail with them', async () => {
    const { run, sandbox, posts } = await setUp({}, { retry: { limit: 0 } });
    sandbox.faults.add(broken);
    const outcomes = await run(ids(30), { concurrency: 3 });
    expect(outcomes).toHaveLength(30);
    expect(outcomes.every((outcome) => outcome.status === 'failed' && outcome.error instanceof NetworkError)).toBe(
      true,
    );
    // Three have failed while two more were under way.
    expect(posts()).toHaveLength(5);
  });

  test('an answer in between shows that there is one', async () => {
    const { run, sandbox, posts } = await setUp({}, { retry: { limit: 0 } });
    sandbox.faults.add({ ...broken, times: 1 });
    sandbox.faults.add({ on: 'downloadRequest', times: 1, effect: { type: 'status', status: 404 } });
    sandbox.faults.add({ ...broken, times: 1 });
    const outcomes = await run(ids(8), { concurrency: 2 });
    expect(outcomes.filter(({ status }) => status === 'ready')).toHaveLength(5);
    expect(posts()).toHaveLength(8);
  });
});
