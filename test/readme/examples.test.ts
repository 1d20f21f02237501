import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { createScenarioClient } from '../../src/index.js';
import { saveAll } from '../../src/node/index.js';
import { startSandbox, type Fault } from '../../src/sandbox/index.js';
import { checkTypes } from '../spec/helpers/check-types.js';
import type { Run } from '../scripts/helpers/project-copy.js';
import { createProgramFolder, type ProgramFolder } from './helpers/program-folder.js';
import { EXAMPLES, readPrograms, runExample, type Circumstances } from './helpers/run-example.js';

const programs = readPrograms();
const ran = new Set<string>();

let folder: ProgramFolder;
beforeEach(async () => {
  folder = await createProgramFolder(programs);
  return () => folder[Symbol.asyncDispose]();
});

function run(name: string, circumstances: Circumstances = {}): Promise<Run> {
  ran.add(name);
  return runExample(folder, name, circumstances);
}

const damaged: Fault = { on: 'file', effect: { type: 'corrupt', at: 200 }, times: Infinity };
const matching = (pattern: RegExp) => expect.stringMatching(pattern) as string;
const linesOf = ({ stdout }: Run) => stdout.trim().split('\n');
const pngsIn = async (name: string) =>
  (await readdir(join(folder.directory, name), { recursive: true })).filter((path) => path.endsWith('.png'));

test('every example compiles, and is as short as a page', () => {
  expect(checkTypes(new Map([...programs].map(([name, text]) => [EXAMPLES + name, text])))).toEqual([]);
  for (const [name, text] of programs) expect([name, text.split('\n').length < 90]).toEqual([name, true]);
});

test('configure-the-client.ts', async () => {
  const effect = { type: 'status', status: 503, headers: { 'retry-after': '1' } } as const;
  const post = 'POST /v1/assets/asset_1a2b3c/download';
  const result = await run('configure-the-client.ts', { faults: [{ on: 'downloadRequest', effect }] });
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(linesOf(result)).toEqual([`${post} 503`, 'try 2 in 1000 ms', `${post} 200`, 'image/png']);
});

test('convert-assets.ts', async () => {
  const result = await run('convert-assets.ts', { missingAssets: ['asset_2'] });
  expect(result).toMatchObject({ code: 0, stdout: matching(/^2 of 3 converted\n {2}asset_2: .*404.*\n$/) });
  expect(await readdir(folder.directory)).toEqual(expect.arrayContaining(['asset_1.webp', 'asset_3.webp']));
});

test('follow-each-batch.ts', async () => {
  const result = await run('follow-each-batch.ts', { maxAssetsPerBatch: 4 });
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(linesOf(result)[0]).toBe('batch 0 is too large and goes on as 2');
  expect(result.stdout).toMatch(/^batch 0\.1 is here: [1-9]\d* bytes$/m);

  const failed = await run('follow-each-batch.ts', { jobStates: ['failure'] });
  expect(failed).toMatchObject({
    code: 1,
    stderr: matching(/^batch 0 failed: Job job_\w+ ended as "failure"\.\n$/),
  });
});

test('go-on-in-another-process.ts', async () => {
  ran.add('go-on-in-another-process.ts');
  await using sandbox = await startSandbox({ jobDurationMs: 1 });
  const first = await folder.run('go-on-in-another-process.ts', sandbox);
  expect(first).toMatchObject({ code: 0, stdout: 'requested 2 archives of 750 assets\n' });
  const second = await folder.run('go-on-in-another-process.ts', sandbox);
  expect(linesOf(second).sort()).toEqual([0, 1].map((at) => `archive ${at} of ${500 - at * 250} assets is ready`));
  // The second process asks for the URLs of the jobs of the first, and for no others.
  expect(sandbox.jobs).toHaveLength(2);
});

test('handle-errors.ts', async () => {
  const outcomeOf = async (circumstances: Circumstances) => linesOf(await run('handle-errors.ts', circumstances));
  expect(await outcomeOf({ env: { SCENARIO_SDK_API_SECRET: '' } })).toEqual(['INVALID_INPUT: mend the call']);
  expect(await outcomeOf({ env: { SCENARIO_SDK_API_SECRET: 'wrong' } })).toEqual([
    'PARTIAL_DOWNLOAD: use the ready ones of its outcomes',
    'HTTP_ERROR: look at the credentials',
  ]);
  expect(await outcomeOf({ faults: [damaged] })).toEqual(['ARCHIVE_ERROR: fetch it anew', 'something is missing']);
  expect(await outcomeOf({})).toEqual(['everything is there']);
  const broken: Fault = { on: 'downloadRequestBatch', effect: { type: 'drop' }, times: Infinity };
  expect(await outcomeOf({ faults: [broken] })).toEqual([
    'PARTIAL_DOWNLOAD: use the ready ones of its outcomes',
    'NETWORK_ERROR: look at the network and the proxy, and try again later',
  ]);
});

test('make-things-go-wrong.ts', async () => {
  const result = await run('make-things-go-wrong.ts');
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(linesOf(result)).toEqual([
    'status x 1: fine, 4 files',
    'withoutUrl x 1: fine, 4 files',
    'noRanges x 1: fine, 4 files',
    'drop x 2: fine, 4 files',
    'dropAfterWork x 1: failed, 0 files',
  ]);
});

test('read-the-report.ts', async () => {
  const result = await run('read-the-report.ts');
  expect(linesOf(result)).toEqual([
    'complete: 25 files',
    'batch 0 is complete: 25 files',
    'renamed for characters: 8',
    'renamed for length: 4',
    'there before: 0',
  ]);
  expect(JSON.parse(await readFile(join(folder.directory, 'report.json'), 'utf8'))).toMatchObject({ ok: true });
});

test('read-the-report.ts, where files are damaged', async () => {
  const result = await run('read-the-report.ts', { faults: [damaged] });
  expect(linesOf(result).slice(0, 3)).toEqual([
    'incomplete: 24 files',
    'batch 0 is partial (ARCHIVE_ERROR crc-mismatch): 24 files',
    matching(/^ {2}lost model_1-inference-0\/.*\.png: ARCHIVE_ERROR crc-mismatch$/),
  ]);
});

test('save-with-limits.ts', async () => {
  expect(await run('save-with-limits.ts')).toMatchObject({
    code: 0,
    stdout: 'an archive of 4 files\n4 saved, 0 skipped\n',
  });
  expect(await pngsIn('shared')).toHaveLength(4);
});

test('save-with-limits.ts, where an archive is larger than is allowed', async () => {
  const result = await run('save-with-limits.ts', { assetsPerInference: 30 });
  expect(result).toMatchObject({ code: 1, stdout: '0 saved, 0 skipped\n', stderr: 'ARCHIVE_ERROR too-many-entries\n' });
});

test('save-with-limits.ts, where another process is at work', async () => {
  await using sandbox = await startSandbox({ jobDurationMs: 600_000 });
  const stop = new AbortController();
  const client = createScenarioClient({ baseUrl: sandbox.baseUrl, ...sandbox.credentials });
  const options = { directory: join(folder.directory, 'shared'), signal: stop.signal };
  const saving = saveAll(client, { modelIds: ['model_1'] }, options);
  await expect.poll(() => sandbox.jobs).toHaveLength(1);
  expect(await run('save-with-limits.ts')).toMatchObject({
    code: 75,
    stdout: '',
    stderr: `Process ${process.pid} saves here: come back later.\n`,
  });
  stop.abort(new Error('enough'));
  await expect(saving).rejects.toThrow('enough');
});

test('take-what-is-ready.ts', async () => {
  expect(await run('take-what-is-ready.ts', { forbiddenAssets: ['asset_2'] })).toMatchObject({
    code: 0,
    stdout: matching(/^archive 0 \/\S+\.zip\narchive 1 \/\S+\.zip\nasset_1 \/\S+\.jpg\n$/),
    stderr: matching(/^asset_2 failed: .*403.*\n$/),
  });
});

test('test-without-waiting.ts', async () => {
  expect(await run('test-without-waiting.ts')).toMatchObject({
    code: 0,
    stdout: matching(/^ready after 10 minutes and 1\d\d questions\n$/),
  });
});

test('test-your-own-code.ts', async () => {
  expect(await run('test-your-own-code.ts')).toMatchObject({ code: 0, stdout: matching(/^\S+ pass 1$/m) });
});

test('use-the-types-of-the-spec.ts', async () => {
  const result = await run('use-the-types-of-the-spec.ts', { forbiddenAssets: ['asset_2', 'asset_3'] });
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(linesOf(result)).toEqual([
    'asset_1 is yours',
    'asset_2 403 The asset asset_2 belongs to another team',
    'asset_3 403 The asset asset_3 belongs to another team',
    'a job is under way',
  ]);
});

test('wait-for-jobs.ts', async () => {
  const running: Fault = { on: 'downloadGetStatus', effect: { type: 'jobStatus', jobStatus: 'in-progress' } };
  const result = await run('wait-for-jobs.ts', { faults: [running] });
  expect(result).toMatchObject({ code: 0, stderr: '' });
  expect(linesOf(result)).toEqual([
    matching(/^in-progress after \d+ ms, next question in \d+ ms$/),
    'success, success',
  ]);
  const late = await run('wait-for-jobs.ts', { jobDurationMs: 600_000, env: { WAIT_MS: '800' } });
  expect(linesOf(late).at(-1)).toBe('later, later');
  expect(late.stdout).toMatch(/^queued after \d questions in \d+ ms: wait for it again later$/m);
});

test('every example is run above', () => {
  expect([...ran].sort()).toEqual([...programs.keys()].sort());
});
