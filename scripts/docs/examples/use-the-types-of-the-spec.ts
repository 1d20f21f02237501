// Calls the operations as they are on the wire, typed by the spec, and reads what the server says of a refusal.
import { createScenarioClient } from 'scenario-downloads';
import type { components, DownloadRequestBatchBody, operations, paths, ScenarioClient } from 'scenario-downloads';

type Query = components['schemas']['DownloadRequestBatchQuery'];
type Answers = operations['downloadRequest']['responses'];
type Refusal = Answers[400 | 401 | 403 | 404 | 429]['content']['application/json'];

// A path that the spec does not have does not compile.
const ASSET = '/assets/{assetId}/download' satisfies keyof paths;

async function refusalOf(client: ScenarioClient, assetId: string): Promise<string | undefined> {
  const { response, error } = await client.POST(ASSET, { params: { path: { assetId } }, body: {} });
  // By the status, not by `error`: that is empty where the answer had no body.
  return response.ok ? undefined : `${response.status} ${reasonOf(error ?? {})}`;
}

// The spec promises nothing about these members, so they are `unknown`.
function reasonOf({ message, error }: Refusal): string {
  return [message, error].find((text) => typeof text === 'string') ?? 'no reason';
}

const client = createScenarioClient();
for (const assetId of ['asset_1', 'asset_2', 'asset_3']) {
  console.log(assetId, (await refusalOf(client, assetId)) ?? 'is yours');
}

// On the wire all three lists are required.
const query: Query = { assetIds: ['asset_1'], inferenceIds: [], modelIds: [] };
const body: DownloadRequestBatchBody = { options: { fileNameTemplate: '<prompt>-<num>', flat: true }, query };
const { data } = await client.POST('/assets/download', { body });
console.log(data ? 'a job is under way' : 'no job');
