/**
 * Demonstrates a whole download without an account: starts the sandbox, saves 2,500 assets, an inference and a model
 * into ./demo-downloads, and prints a summary.
 *
 *     npm run demo
 */
import { relative, resolve } from 'node:path';
import { formatBytes, formatCount, formatSeconds } from '../src/cli/numbers.js';
import { createOutput } from '../src/cli/output.js';
import { showProgress } from '../src/cli/progress/show-progress.js';
import { createScenarioClient, planBatches } from '../src/index.js';
import { saveAll } from '../src/node/index.js';
import { startSandbox } from '../src/sandbox/index.js';

const JOB_SECONDS = 2.5;
const directory = resolve('demo-downloads');
const selection = {
  assetIds: Array.from({ length: 2500 }, (_, at) => `asset_demo_${String(at).padStart(4, '0')}`),
  inferenceIds: ['inference_demo'],
  modelIds: ['model_demo'],
};

const sandbox = await startSandbox({ jobDurationMs: JOB_SECONDS * 1000 });
const { baseUrl, credentials, requests } = sandbox;
const output = createOutput(process, () => [credentials.apiSecret]);
const plan = { batches: planBatches(selection).length, assets: undefined };
const progress = await showProgress({ output, env: process.env, plan, quiet: false });
try {
  output.note(
    `A sandbox of the Scenario API is at ${baseUrl}. Asked for, anew each time: 2,500 assets, an inference and a model.`,
  );
  const client = createScenarioClient({ baseUrl, ...credentials, onProgress: progress.onProgress });
  // With `force`, every run downloads everything; otherwise, a second run would find all files present.
  const report = await saveAll(client, selection, { directory, force: true, onProgress: progress.onProgress });
  progress.stop();

  const { totals, batches, renamed } = report;
  const polls = requests.filter(({ operationId }) => operationId === 'downloadGetStatus').length;
  const others = totals.files - selection.assetIds.length;
  const perSecond = formatCount(Math.round(totals.files / totals.seconds));
  const rows = {
    Batches: `${batches.length}, of at most 1,000 assets, each a ZIP archive`,
    Jobs: `${sandbox.jobs.length}, which took ${JOB_SECONDS} s and were asked about ${polls} times`,
    Files: `${formatCount(totals.files)}, ${others} of them of the inference and the model; each checked by length and CRC-32`,
    Renamed: `${formatCount(renamed.length)}, since not every file system takes what a prompt may have in it`,
    Size: `${formatBytes(totals.bytes)}; the archives have ${formatBytes(totals.receivedBytes)}`,
    Time: `${formatSeconds(totals.seconds)}, ${perSecond} files a second`,
    Where: `./${relative(process.cwd(), directory)}`,
  };
  for (const [name, value] of Object.entries(rows)) output.result(`${`${name}:`.padEnd(9)}${value}`);
  for (const { error } of batches) if (error) output.note(`Failed: ${error.message}`);
  if (!report.ok) process.exitCode = 1;
} finally {
  progress.stop();
  await sandbox.close();
}
