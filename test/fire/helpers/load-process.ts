/** Has the archives of very many ids made, and tells how much memory that took. */
import { createScenarioClient } from '../../../src/client.js';
import type { Clock } from '../../../src/clock.js';
import { delay } from '../../../src/delay.js';
import { downloadBatches } from '../../../src/download-batches.js';
import { planBatches } from '../../../src/batches.js';

export interface LoadResult {
  ready: number;
  ids: number;
  /** The most memory that the process has had, in bytes. */
  peakBytes: number;
}

const { BASE_URL: baseUrl, API_KEY: apiKey, API_SECRET: apiSecret, IDS = '0', SPEED = '1' } = process.env;
const speed = Number(SPEED);
/** Time that passes faster, as it does for the sandbox. */
const clock: Clock = {
  now: () => Date.now() * speed,
  random: () => Math.random(),
  delay: (ms, signal) => delay(ms / speed, signal),
};
function* idsUpTo(count: number): Generator<string> {
  for (let at = 0; at < count; at++) yield `asset_${String(at).padStart(7, '0')}`;
}

const client = createScenarioClient({ baseUrl, apiKey, apiSecret, clock });
const batches = planBatches({ assetIds: idsUpTo(Number(IDS)) });
let ready = 0;
let ids = 0;
for await (const outcome of downloadBatches(client, batches, { clock, concurrency: 100 })) {
  if (outcome.status !== 'ready') continue;
  ready++;
  ids += outcome.batch.query.assetIds.length;
}
const result: LoadResult = { ready, ids, peakBytes: process.resourceUsage().maxRSS * 1024 };
console.log(JSON.stringify(result));
