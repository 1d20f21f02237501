import { expect, it } from 'vitest';
import { downloadAll } from '../../src/download-all.js';
import { startSandbox } from '../../src/sandbox/index.js';
import { startTestSandbox } from '../helpers/sandbox-client.js';
import type { LoadResult } from './helpers/load-process.js';
import { measureChild } from './helpers/measure-child.js';
import type { PlanResult } from './helpers/plan-process.js';

const CEILING = 7;
const RATE = { requests: 40, perMs: 1000 };

it('100,000 ids in 100 jobs at once come to their end below a ceiling and a rate limit', async () => {
  const { sandbox, client, clock } = await startTestSandbox({
    jobDurationMs: 3000,
    maxConcurrentJobs: CEILING,
    rateLimit: RATE,
  });
  const assetIds = Array.from({ length: 100_000 }, (_, at) => `asset_${at}`);
  const downloads = await downloadAll(client, { assetIds }, { clock, concurrency: 100 });
  expect(downloads.flatMap(({ batch }) => batch.query.assetIds)).toEqual(assetIds);

  const changes = sandbox.jobs.flatMap(({ startedAt, endsAt }) => [
    { at: startedAt, by: 1 },
    { at: endsAt, by: -1 },
  ]);
  changes.sort((one, other) => one.at - other.at || one.by - other.by);
  let running = 0;
  const counts = changes.map(({ by }) => (running += by));
  expect(sandbox.jobs).toHaveLength(100);
  expect(Math.max(...counts)).toBe(CEILING);
  // It learns the ceiling: most requests are for work that is taken.
  const posts = sandbox.requests.filter(({ operationId }) => operationId === 'downloadRequestBatch');
  expect(posts.filter(({ status }) => status === 429).length).toBeLessThan(1000);
});

const MIB = 1024 * 1024;
/** How much faster time passes for both sides, so that jobs of some seconds end soon. */
const SPEED = 20;

it('memory does not grow with the number of jobs', async () => {
  const measure = async (ids: number): Promise<LoadResult> => {
    const now = () => Date.now() * SPEED;
    await using sandbox = await startSandbox({ now, jobDurationMs: 3000, maxConcurrentJobs: 40, rateLimit: RATE });
    const { baseUrl, credentials } = sandbox;
    const env = { BASE_URL: baseUrl, API_KEY: credentials.apiKey, API_SECRET: credentials.apiSecret };
    const program = new URL('helpers/load-process.ts', import.meta.url);
    return await measureChild(program, { ...env, IDS: `${ids}`, SPEED: `${SPEED}` }, 64);
  };
  const few = await measure(20_000);
  const many = await measure(100_000);
  expect(many).toMatchObject({ ready: 100, ids: 100_000 });
  expect(few.peakBytes).toBeGreaterThan(20 * MIB);
  expect(many.peakBytes - few.peakBytes).toBeLessThan(64 * MIB);
});

it('a million ids are planned in less than 200 MB', async () => {
  const program = new URL('helpers/plan-process.ts', import.meta.url);
  const { batches, ids, peakBytes } = await measureChild<PlanResult>(program, {}, 160);
  expect([batches, ids]).toEqual([1000, 1_000_000]);
  expect(peakBytes).toBeGreaterThan(20 * MIB);
  expect(peakBytes).toBeLessThan(200 * MIB);
});
