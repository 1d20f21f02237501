import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serverUrl } from '../../generated/schema.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { whyWithout } from '../helpers/without-command.js';
import { checkTypes } from './helpers/check-types.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const sample = (name: string) => readFileSync(join(root, 'openapi/samples', name), 'utf8');

let sandbox: Sandbox;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  sandbox = await startSandbox({ jobDurationMs: 1 });
  env = {
    ...process.env,
    SCENARIO_SDK_API_KEY: sandbox.credentials.apiKey,
    SCENARIO_SDK_API_SECRET: sandbox.credentials.apiSecret,
    SCENARIO_BASE_URL: sandbox.baseUrl,
    TSX_TSCONFIG_PATH: join(root, 'openapi/tsconfig.json'),
  };
});
afterAll(() => sandbox.close());

/** The sample as it is, but for the id of a job that the sandbox has. */
async function runTypeScript(name: string, change = (text: string) => text): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'scenario-downloads-sample-'));
  try {
    const file = join(folder, 'sample.mts');
    await writeFile(file, change(sample(name)));
    const { stdout } = await run(process.execPath, ['--import', 'tsx', file], { cwd: root, env });
    return stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The sample as it is, but for the server, and the id of a job that the sandbox has. */
async function runShell(name: string, change = (text: string) => text): Promise<unknown> {
  const text = change(sample(name)).replace(serverUrl, sandbox.baseUrl);
  const { stdout } = await run('bash', ['-euc', text], { cwd: tmpdir(), env });
  return JSON.parse(stdout) as unknown;
}

function withTheLastJob(text: string): string {
  return text.replace('job_1a2b3c', sandbox.jobs.at(-1)?.jobId ?? '');
}

test('the TypeScript samples compile, and one with a fault would not', () => {
  const names = readdirSync(join(root, 'openapi/samples')).filter((name) => name.endsWith('.ts'));
  const programs = new Map(names.map((name) => [`openapi/samples/${name}`, sample(name)]));
  programs.set('openapi/samples/faulty.ts', sample('downloadRequest.ts').replace('webp', 'webm'));
  const [problem, ...others] = checkTypes(programs);
  expect(problem).toMatch(/^openapi\/samples\/faulty\.ts: .*"webm"/);
  expect(others).toEqual([]);
});

describe('in TypeScript', () => {
  test('downloadRequestBatch', async () => {
    const printed = await runTypeScript('downloadRequestBatch.ts');
    expect(printed.trim()).toBe(sandbox.jobs.at(-1)?.jobId);
  });

  test('downloadGetStatus', async () => {
    await runTypeScript('downloadRequestBatch.ts');
    expect(await runTypeScript('downloadGetStatus.ts', withTheLastJob)).toMatch(/^200 \d+\n$/);
  });

  test('downloadRequest', async () => {
    expect(await runTypeScript('downloadRequest.ts')).toBe('200 image/webp\n');
    expect(sandbox.violations).toEqual([]);
  });
});

const noCurl = await whyWithout('bash', 'curl');

describe.skipIf(noCurl !== '')(`for a shell${noCurl}`, () => {
  test('downloadRequestBatch', async () => {
    expect(await runShell('downloadRequestBatch.sh')).toEqual({ jobId: sandbox.jobs.at(-1)?.jobId });
  });

  test('downloadGetStatus', async () => {
    const { jobId } = (await runShell('downloadRequestBatch.sh')) as { jobId: string };
    expect(await runShell('downloadGetStatus.sh', withTheLastJob)).toMatchObject({ jobId, jobStatus: 'success' });
  });

  test('downloadRequest', async () => {
    const url = expect.stringContaining(sandbox.fileHostUrl) as string;
    expect(await runShell('downloadRequest.sh')).toEqual({ url });
    expect(sandbox.violations).toEqual([]);
  });
});
