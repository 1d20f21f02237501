// Requests archives and stores the jobs as JSON; the next run, here or on another machine, gets their URLs.
import { readFile, writeFile } from 'node:fs/promises';
import {
  createScenarioClient,
  DEFAULT_FILE_NAME_TEMPLATE,
  downloadBatches,
  MAX_BATCH_SIZE,
  planBatches,
  requestBatch,
} from 'scenario-downloads';
import type { Batch, Job, PlanOptions, RequestBatchOptions, RequestedBatch } from 'scenario-downloads';

/** A batch gets its job as soon as there is one: a stop in the middle loses nothing. */
type Plan = (Batch | RequestedBatch)[];

const FILE = 'plan.json';
const client = createScenarioClient();

async function request(assetIds: string[]): Promise<void> {
  // Halves of what is allowed: the first archive is ready sooner.
  const planOptions: PlanOptions = {
    batchSize: MAX_BATCH_SIZE / 2,
    fileNameTemplate: `shop-${DEFAULT_FILE_NAME_TEMPLATE}`,
  };
  const requestOptions: RequestBatchOptions = { signal: AbortSignal.timeout(60_000) };
  const batches = planBatches({ assetIds }, planOptions);
  const plan: Plan = [...batches];
  for (const [index, batch] of batches.entries()) {
    const job: Job = await requestBatch(client, batch, requestOptions);
    plan[index] = { batch, job };
    await writeFile(FILE, JSON.stringify(plan));
  }
  console.log(`requested ${plan.length} archives of ${assetIds.length} assets`);
}

async function goOn(plan: Plan): Promise<void> {
  // What has a job is only waited for; what has none is requested now.
  for await (const { index, status, batch } of downloadBatches(client, plan)) {
    console.log(`archive ${index} of ${batch.query.assetIds.length} assets is ${status}`);
  }
}

const stored = await readFile(FILE, 'utf8').catch(() => undefined);
if (stored === undefined) await request(Array.from({ length: 750 }, (_, number) => `asset_${number}`));
else await goOn(JSON.parse(stored) as Plan);
