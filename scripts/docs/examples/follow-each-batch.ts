// Fetches each archive as soon as it is ready, shows progress, and keeps what failed apart.
import { createScenarioClient, downloadBatches, planBatches } from 'scenario-downloads';
import type { BatchOutcome, DownloadBatchesOptions, FailedBatch, ProgressEvent, ReadyBatch } from 'scenario-downloads';

// What becomes of each in the end is told below.
function show(event: ProgressEvent): void {
  if (event.type === 'batch-requested') console.log(`batch ${place(event)} is requested`);
  if (event.type === 'batch-waiting') console.log(`batch ${place(event)} is ${event.jobStatus}`);
  if (event.type === 'batch-split') console.log(`batch ${place(event)} is too large and goes on as ${event.parts}`);
}

/** Such as `0`, and `0.1` for its second half. */
function place({ index, part }: Pick<BatchOutcome, 'index' | 'part'>): string {
  return [index, ...part].join('.');
}

async function fetchArchive(batch: ReadyBatch): Promise<void> {
  const archive = await fetch(batch.downloadUrl);
  if (!archive.ok) throw new Error(`batch ${place(batch)}: the file host answered ${archive.status}`);
  // Stream `archive.body` to where it belongs; this only counts.
  let bytes = 0;
  for await (const chunk of archive.body ?? []) bytes += chunk.length;
  console.log(`batch ${place(batch)} is here: ${bytes} bytes`);
}

const options: DownloadBatchesOptions = { concurrency: 2, timeoutMs: 15 * 60_000, onProgress: show };
const failed: FailedBatch[] = [];
const batches = planBatches({ inferenceIds: ['inference_1', 'inference_2'] });
for await (const outcome of downloadBatches(createScenarioClient(), batches, options)) {
  if (outcome.status === 'ready') await fetchArchive(outcome);
  else failed.push(outcome);
}
for (const batch of failed) console.error(`batch ${place(batch)} failed: ${batch.error.message}`);
process.exitCode = failed.length > 0 ? 1 : 0;
