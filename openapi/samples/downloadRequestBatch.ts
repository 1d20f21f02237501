import { createScenarioClient, requestBatch } from 'scenario-downloads';

// Reads SCENARIO_SDK_API_KEY and SCENARIO_SDK_API_SECRET.
const client = createScenarioClient();

const job = await requestBatch(client, {
  options: { fileNameTemplate: '<generator>-<prompt>-<num>-<seed>' },
  query: { assetIds: ['asset_1a2b3c', 'asset_4d5e6f'], inferenceIds: [], modelIds: [] },
});
console.log(job.jobId);
