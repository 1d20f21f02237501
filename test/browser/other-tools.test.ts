import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createScenarioClient,
  HttpError,
  requestBatch,
  resolveAssetUrl,
  waitForJob,
  type ScenarioClient,
} from '../../src/index.js';
import { openapiJson, runTool, toolFolder } from './helpers/tools.js';

const openapiYaml = join(import.meta.dirname, '../../openapi/openapi.yaml');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scenario-downloads-tools-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([
  ['openapi.json', openapiJson],
  ['openapi.yaml', openapiYaml],
])("Spectral's OpenAPI rules find no error in %s", async (_, path) => {
  const ruleset = join(folder, 'spectral.yaml');
  await writeFile(ruleset, 'extends: ["spectral:oas"]\n');
  const run = await runTool('spectral', ['lint', '--ruleset', ruleset, '--format', 'json', path]);
  const findings = JSON.parse(run.output.slice(0, run.output.lastIndexOf(']') + 1)) as { code: string }[];
  // The source document names nobody to turn to.
  expect(findings.map(({ code }) => code)).toEqual(['info-contact']);
  expect(run.code).toBe(0);
});

test('it is valid by the meta-schema of OpenAPI 3.1', async () => {
  expect(JSON.parse((await runTool('validate-api', [openapiJson])).output)).toEqual({ valid: true });
  const broken = join(folder, 'broken.json');
  await writeFile(broken, (await readFile(openapiJson, 'utf8')).replace('"responses"', '"response"'));
  expect((await runTool('validate-api', [broken])).output).toContain('"valid": false');
});

test('another generator makes a client of it that compiles', async () => {
  const out = join(folder, 'generated');
  const run = await runTool('openapi-ts', ['--input', openapiJson, '--output', out, '--no-log-file'], folder);
  expect(run).toMatchObject({ code: 0 });
  const program = ts.createProgram([join(out, 'index.ts')], {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    types: [],
  });
  const problems = ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  expect(problems).toEqual([]);
  const sdk = await readFile(join(out, 'sdk.gen.ts'), 'utf8');
  for (const name of ['downloadRequestBatch', 'downloadGetStatus', 'downloadRequest']) expect(sdk).toContain(name);
});

describe('Prism mocks it', () => {
  let prism: ChildProcess;
  let baseUrl: string;
  let client: ScenarioClient;
  /** @param prefer which answer Prism shall choose */
  const clientThatPrefers = (prefer?: string) =>
    createScenarioClient({
      baseUrl,
      apiKey: 'key',
      apiSecret: 'secret',
      retry: false,
      ...(prefer !== undefined && { headers: { prefer } }),
    });

  beforeAll(async () => {
    const port = await freePort();
    const args = ['mock', '-m', 'false', '--errors', '--host', '127.0.0.1', '--port', String(port), openapiJson];
    prism = spawn(process.execPath, [join(toolFolder, '.bin/prism'), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (!prism.stdout) throw new Error('Prism has no output');
    for await (const line of createInterface(prism.stdout)) if (line.includes('is listening')) break;
    prism.stdout.resume();
    baseUrl = `http://127.0.0.1:${port}`;
    client = clientThatPrefers();
  });
  afterAll(async () => {
    prism.kill();
    await once(prism, 'exit');
  });

  test('a batch becomes a job', async () => {
    const query = { assetIds: ['asset_1'], inferenceIds: [], modelIds: [] };
    const job = await requestBatch(client, { options: { fileNameTemplate: '<seed>' }, query });
    expect(job.jobId).toBe('job_1a2b3c');
  });

  test('a body that breaks the document is refused, also in its limits', async () => {
    const assetIds = Array.from({ length: 1001 }, (_, at) => `asset_${at}`);
    const batch = { options: { fileNameTemplate: '<seed>' }, query: { assetIds, inferenceIds: [], modelIds: [] } };
    await expect(requestBatch(client, batch)).rejects.toThrow(HttpError);
  });

  test('each example of the status is one that the client understands', async () => {
    const ready = await waitForJob(clientThatPrefers('example=ready'), { jobId: 'job_1a2b3c' });
    expect(ready).toMatchObject({ jobStatus: 'success', downloadUrl: expect.stringContaining('https://') as string });
    const { data } = await client.GET('/assets/download/{jobId}', { params: { path: { jobId: 'job_1a2b3c' } } });
    expect(data).toEqual({ jobId: 'job_1a2b3c', jobStatus: 'in-progress' });
  });

  test('an asset has a URL', async () => {
    expect(await resolveAssetUrl(client, 'asset_1', { targetFormat: 'webp' })).toContain('https://files.example.com/');
  });

  test.each([400, 401, 403, 404, 429])('the example of %i is an error that the client reports', async (status) => {
    await expect(resolveAssetUrl(clientThatPrefers(`code=${status}`), 'asset_1')).rejects.toMatchObject({
      code: 'HTTP_ERROR',
      status,
    });
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
