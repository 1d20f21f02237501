import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { startHttpServer } from '../helpers/http-server.js';
import { checkTypes } from '../spec/helpers/check-types.js';
import { createProgramFolder, type ProgramFolder } from './helpers/program-folder.js';
import { readmePrograms } from './helpers/readme.js';

const programs = readmePrograms();
// What calls those that only export something.
const CALLERS = new Map([
  [
    'call-route.ts',
    `import { GET } from './route.js';
     const answer = await GET(new Request('http://localhost/'), { params: Promise.resolve({ assetId: 'asset_1' }) });
     console.log(answer.status, answer.headers.get('content-type'), (await answer.arrayBuffer()).byteLength);`,
  ],
  [
    'call-worker.ts',
    `import worker from './worker.js';
     const env = { API_KEY: process.env.API_KEY!, API_SECRET: process.env.API_SECRET! };
     const answer = await worker.fetch(new Request('http://localhost/asset_1'), env);
     console.log(answer.status, (await answer.arrayBuffer()).byteLength);`,
  ],
  [
    'call-s3.ts',
    `import { copyToS3 } from './copy-to-s3.js';
     await copyToS3('model_1', (key) => Promise.resolve(\`\${process.env.BUCKET}/\${key}?X-Amz-Signature=x\`));`,
  ],
]);

let folder: ProgramFolder;
let sandbox: Sandbox;
beforeAll(async () => {
  folder = await createProgramFolder(new Map([...programs, ...CALLERS]));
  sandbox = await startSandbox({ jobDurationMs: 50 });
});
afterAll(async () => {
  await sandbox.close();
  await folder[Symbol.asyncDispose]();
});

const filesIn = async (name: string) =>
  (await readdir(join(folder.directory, name), { recursive: true, withFileTypes: true })).filter((one) => one.isFile());

test('every program compiles', () => {
  expect(checkTypes(new Map([...programs].map(([name, text]) => [`openapi/samples/readme-${name}`, text])))).toEqual(
    [],
  );
});

test('every program is run below', () => {
  expect([...programs.keys()].sort()).toEqual(
    [
      'save-a-model.ts',
      'only-urls.ts',
      'convert-to-webp.ts',
      'route.ts',
      'worker.ts',
      'copy-to-s3.ts',
      'step-by-step.ts',
    ].sort(),
  );
});

test('save-a-model.ts', async () => {
  const run = await folder.run('save-a-model.ts', sandbox);
  expect(run).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringMatching(/^25 files, \d+ bytes\n$/) as string,
  });
  expect((await filesIn('assets')).filter(({ name }) => name.endsWith('.png'))).toHaveLength(25);
});

test('save-a-model.ts, where it fails', async () => {
  // What an earlier run has saved is not asked for again.
  await rm(join(folder.directory, 'assets'), { recursive: true, force: true });
  const failing = await startSandbox({ jobDurationMs: 50, jobStates: () => ['queued', 'failure'] });
  try {
    const run = await folder.run('save-a-model.ts', failing);
    expect(run).toMatchObject({ code: 1, stdout: '0 files, 0 bytes\n' });
    expect(run.stderr).toMatch(/^Job job_\w+ .*\n$/);
  } finally {
    await failing.close();
  }
});

test('only-urls.ts', async () => {
  const run = await folder.run('only-urls.ts', sandbox);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  const lines = run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines).toMatchObject([
    { query: { assetIds: ['asset_1', 'asset_2'] }, downloadUrl: expect.stringMatching(/^http/) as string },
    { query: { inferenceIds: ['inference_1'] }, downloadUrl: expect.stringMatching(/^http/) as string },
  ]);
});

test('only-urls.ts, where some of it fails', async () => {
  const forbidding = await startSandbox({ jobDurationMs: 50, forbiddenAssets: ['asset_2'] });
  try {
    const run = await folder.run('only-urls.ts', forbidding);
    expect(run).toMatchObject({ code: 0, stdout: '' });
    expect(run.stderr).toMatch(/^1 of 2 downloads failed: .* 1\n$/);
  } finally {
    await forbidding.close();
  }
});

test('convert-to-webp.ts', async () => {
  expect(await folder.run('convert-to-webp.ts', sandbox)).toMatchObject({ code: 0, stderr: '' });
  expect((await filesIn('webp')).filter(({ name }) => name.endsWith('.webp'))).toHaveLength(2);
});

test('route.ts', async () => {
  const run = await folder.run('call-route.ts', sandbox);
  expect(run).toMatchObject({ code: 0, stdout: expect.stringMatching(/^200 image\/webp [1-9]\d*\n$/) as string });
});

test('route.ts and worker.ts hand on no error of the file host', async () => {
  const expired = await startSandbox();
  expired.faults.add({ on: 'file', effect: { type: 'expire' }, times: Infinity });
  const { apiKey, apiSecret } = expired.credentials;
  try {
    expect(await folder.run('call-route.ts', expired)).toMatchObject({ code: 0, stdout: '502 null 0\n' });
    const run = await folder.run('call-worker.ts', expired, { API_KEY: apiKey, API_SECRET: apiSecret });
    expect(run).toMatchObject({ code: 0, stdout: '502 0\n' });
  } finally {
    await expired.close();
  }
});

test('worker.ts', async () => {
  const { apiKey, apiSecret } = sandbox.credentials;
  const run = await folder.run('call-worker.ts', sandbox, { API_KEY: apiKey, API_SECRET: apiSecret });
  expect(run).toMatchObject({ code: 0, stdout: expect.stringMatching(/^200 [1-9]\d*\n$/) as string });
});

test('copy-to-s3.ts', async () => {
  // Like S3, it refuses a stream without a length.
  const bucket = await startHttpServer(({ method, headers }, response) =>
    response.writeHead(method === 'PUT' && headers['content-length'] !== undefined ? 200 : 411).end(),
  );
  const run = await folder.run('call-s3.ts', sandbox, { BUCKET: bucket.url });
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(bucket.requests).toHaveLength(1);
  expect(bucket.requests[0]?.path).toMatch(/^\/[\w-]+\.zip\?/);
  expect(bucket.requests[0]?.body.slice(0, 4)).toBe('PK\u0003\u0004');
});

test('step-by-step.ts', async () => {
  const run = await folder.run('step-by-step.ts', sandbox);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(run.stdout).toMatch(/^job_\w+ \/\S+\nasset_1 ready\n$/);
});

test('the two commands are there, letter by letter', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  expect(readme).toContain('npm ci && npm run demo');
  expect(readme).toContain('npm ci && npm test');
});
