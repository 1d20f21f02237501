/** Saves a selection in a process of its own, and prints the path of each saved file on a line of standard output. */
import { writeSync } from 'node:fs';
import { createScenarioClient } from '../../src/client.js';
import { saveAll } from '../../src/node/save-all.js';

const {
  BASE_URL: baseUrl,
  DIRECTORY: directory = '',
  ASSETS: assets = '1',
  BATCH_SIZE: batchSize = '10',
} = process.env;
const client = createScenarioClient({ baseUrl, apiKey: 'sandbox-key', apiSecret: 'sandbox-secret' });
const assetIds = Array.from({ length: Number(assets) }, (_, at) => `asset_${at}`);
const report = await saveAll(
  client,
  { assetIds },
  {
    directory,
    batchSize: Number(batchSize),
    connections: 3,
    onProgress: (event) => {
      // Write synchronously: buffered output would be lost when the process is killed.
      if (event.type === 'file-saved') writeSync(1, `${JSON.stringify(event.path)}\n`);
    },
  },
);
process.exitCode = report.ok ? 0 : 3;
