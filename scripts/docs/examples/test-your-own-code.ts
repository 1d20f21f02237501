// Tests your own code against a local API: what it asked for, what came of it, and that no credentials went astray.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createScenarioClient } from 'scenario-downloads';
import { saveAll } from 'scenario-downloads/node';
import { startSandbox } from 'scenario-downloads/sandbox';
import type {
  ArchiveOptions,
  JobContext,
  RecordedRequest,
  Sandbox,
  SandboxCredentials,
  SandboxJob,
  SandboxOptions,
  Violation,
} from 'scenario-downloads/sandbox';

// Your code.
async function backUp(modelId: string, directory: string, api: { baseUrl: string } & SandboxCredentials) {
  const { ok, totals } = await saveAll(createScenarioClient(api), { modelIds: [modelId] }, { directory });
  return ok ? totals.files : 0;
}

const archive: ArchiveOptions = { compression: 'deflated', dataDescriptors: true };
const options: SandboxOptions = {
  credentials: { apiKey: 'test', apiSecret: 'test' },
  assetsPerModel: 6,
  jobDurationMs: ({ assetCount }: JobContext) => 5 * assetCount,
  archive,
};

await test('a second backup asks for nothing', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'backup-'));
  await using sandbox: Sandbox = await startSandbox(options);
  const api = { baseUrl: sandbox.baseUrl, ...sandbox.credentials };
  const requests: readonly RecordedRequest[] = sandbox.requests;

  assert.equal(await backUp('model_1', directory, api), 6);
  const asked = requests.length;
  assert.equal(requests.filter(({ operationId }) => operationId === 'downloadRequestBatch').length, 1);
  const [job]: readonly SandboxJob[] = sandbox.jobs;
  assert.equal(job?.assetIds.length, 6);

  assert.equal(await backUp('model_1', directory, api), 6);
  assert.equal(requests.length, asked);

  const none: Violation[] = [];
  assert.deepEqual(sandbox.violations, none);
  await rm(directory, { recursive: true });
});
