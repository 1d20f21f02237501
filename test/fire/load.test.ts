import { expect, it } from 'vitest';
import { downloadAll } from '../../src/download-all.js';
import { startTestSandbox } from '../helpers/sandbox-client.js';

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
