import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JsonDocument } from '../../src/cli/json-document.js';
import { countRequests, listFiles, makeFolder, startCommandSandbox } from './helpers/command-sandbox.js';
import { normalize } from './helpers/normalize.js';
import { runCommand, type Finished } from './helpers/run-command.js';

const shown = ({ code, stdout, stderr }: Finished, cwd = '\0') =>
  normalize(`exit ${String(code)}\n--- stdout\n${stdout}--- stderr\n${stderr}`, { [cwd]: 'CWD' });
const parse = ({ stdout }: Finished) => JSON.parse(stdout) as JsonDocument;

describe('in a pipe', () => {
  test('says how it goes on standard error, and prints paths on standard output', async () => {
    const { env } = await startCommandSandbox();
    const cwd = makeFolder();
    const finished = await runCommand(['get', 'a', 'b', 'a', '--inference', 'i1', '--flat'], { env, cwd });
    expect(shown(finished, cwd)).toMatchSnapshot();
    const paths = normalize(finished.stdout).trimEnd().split('\n');
    expect(paths).toHaveLength(6);
    expect(paths.sort()).toEqual(listFiles(cwd).sort());
  });

  test('a second run fetches nothing', async () => {
    const { sandbox, env } = await startCommandSandbox();
    const cwd = makeFolder();
    const args = ['get', 'a', 'b', '--out', 'out'];
    const first = await runCommand(args, { env, cwd });
    const before = sandbox.requests.length;
    const second = await runCommand(args, { env, cwd });
    expect(sandbox.requests).toHaveLength(before);
    expect(second.stdout).toBe(first.stdout);
    expect(shown(second, cwd)).toMatchSnapshot();
  });

  test('--quiet prints nothing', async () => {
    const { env } = await startCommandSandbox();
    const finished = await runCommand(['get', 'a', 'a', '--quiet'], { env, cwd: makeFolder() });
    expect(finished).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  test('ids come from standard input', async () => {
    const { sandbox, env } = await startCommandSandbox();
    const cwd = makeFolder();
    const input = '["a", {"inferenceId": "i1"}]';
    expect(await runCommand(['get', '--from', '-'], { env, cwd, input })).toMatchObject({ code: 0 });
    expect(sandbox.requests.filter(({ method }) => method === 'POST').map(({ body }) => body)).toMatchObject([
      { query: { assetIds: ['a'] } },
      { query: { inferenceIds: ['i1'] } },
    ]);
  });

  test('what is asked for goes out as it should', async () => {
    const { sandbox, env } = await startCommandSandbox();
    const cwd = makeFolder();
    const finished = await runCommand(['get', 'a', '--template', '<seed>', '--flat', '--keep-archives'], { env, cwd });
    expect(finished.code).toBe(0);
    const [request] = sandbox.requests;
    expect(request).toMatchObject({
      body: { options: { fileNameTemplate: '<seed>', flat: true }, query: { assetIds: ['a'], modelIds: [] } },
      headers: { 'user-agent': 'scenario-downloads' },
    });
    expect(finished.stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(finished.stdout).toMatch(/\.zip\n$/);
  });

  test('globs choose entries by name', async () => {
    const { env } = await startCommandSandbox();
    const cwd = makeFolder();
    const args = ['get', '--inference', 'i1', '--template', 'image <num>', '--flat'];
    const globs = ['--include', '*[123].png', '--include', 'other', '--exclude', '*2*'];
    const finished = await runCommand([...args, ...globs, '--json'], { env, cwd });
    expect(listFiles(join(cwd, 'scenario-downloads'))).toEqual(['image 1.png', 'image 3.png']);
    expect(parse(finished).skipped).toEqual([
      { path: 'image 0.png', reason: 'excluded' },
      { path: 'image 2.png', reason: 'excluded' },
    ]);
  });

  test('a filter that leaves nothing over is said, and is no failure', async () => {
    const { env } = await startCommandSandbox();
    const finished = await runCommand(['get', 'a', '--include', '*.gif'], { env, cwd: makeFolder() });
    expect(finished).toMatchObject({ code: 0, stdout: '' });
    expect(finished.stderr).toContain('Nothing was saved: --include left out all of 1 file.\n');
    const args = ['get', 'a', '--format', 'webp', '--include', '*.png'];
    const converted = await runCommand(args, { env, cwd: makeFolder() });
    expect(converted).toMatchObject({ code: 0, stdout: '' });
    expect(converted.stderr).toContain('Nothing was saved: --include left out all of 1 file.\n');
  });

  test('what a server says cannot steer the terminal', async () => {
    const { env, sandbox } = await startCommandSandbox();
    const body = JSON.stringify({ message: '\u001B[2Jgone\u009B1A' });
    sandbox.faults.add({ on: 'downloadRequestBatch', effect: { type: 'status', status: 400, body } });
    const { code, stderr } = await runCommand(['get', 'a'], { env, cwd: makeFolder() });
    expect(code).toBe(3);
    expect(stderr).toContain('answered 400 Bad Request: \\x1b[2Jgone\\x9b1A.');
  });

  test.each([
    ['a line break', 'no.\n\nSaved 5 files', 'no. Saved 5 files.'],
    ['a line break of another kind', 'no.\u2028Saved 5 files', 'no. Saved 5 files.'],
    ['what turns text around', 'no \u202Eyllaer', 'no \\u202eyllaer.'],
  ])('what a server says cannot pass for a line of the command: %s', async (_name, message, shown) => {
    const { env, sandbox } = await startCommandSandbox();
    const body = JSON.stringify({ message });
    sandbox.faults.add({ on: 'downloadRequestBatch', effect: { type: 'status', status: 400, body } });
    const { stderr } = await runCommand(['get', 'a', '--quiet'], { env, cwd: makeFolder() });
    expect(stderr.split('\n')[0]).toBe(`failed: batch 1: POST /assets/download answered 400 Bad Request: ${shown}`);
  });

  test.each([
    ['in the environment', { SCENARIO_BASE_URL: ' ' }, ''],
    ['in a file', {}, 'SCENARIO_BASE_URL=" "\n'],
  ])('an address that is blank is named by its variable, %s', async (_name, changes, text) => {
    const { env } = await startCommandSandbox();
    const cwd = makeFolder();
    writeFileSync(join(cwd, 'studio.env'), text);
    const args = ['get', 'a', '--env-file', 'studio.env'];
    const { code, stderr } = await runCommand(args, { env: { ...env, ...changes }, cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('error: SCENARIO_BASE_URL is " ", which is no URL.');
  });

  test('hints are for npx where it was called by it', async () => {
    const env = { npm_command: 'exec' };
    const mistake = await runCommand(['get', 'a', '--nope'], { env, cwd: makeFolder() });
    expect(mistake.stderr).toContain('See npx scenario-downloads get --help');
    const anonymous = await runCommand(['get', 'a'], { env, cwd: makeFolder() });
    expect(anonymous.stderr).toContain('start "npx scenario-downloads sandbox" in another terminal');
  });

  test('--format asks for each asset by itself', async () => {
    const { sandbox, env } = await startCommandSandbox();
    const cwd = makeFolder();
    const finished = await runCommand(['get', 'a', 'b', '--format', 'webp', '-o', 'out'], { env, cwd });
    expect(finished.code).toBe(0);
    expect(normalize(finished.stdout)).toBe('out/a.webp\nout/b.webp\n');
    expect(countRequests(sandbox, 'downloadRequest')).toBe(2);
    expect(countRequests(sandbox, 'downloadRequestBatch')).toBe(0);
  });

  test('--force asks for everything anew', async () => {
    const { sandbox, env } = await startCommandSandbox();
    const cwd = makeFolder();
    await runCommand(['get', 'a'], { env, cwd });
    const finished = await runCommand(['get', 'a', '--force'], { env, cwd });
    expect(finished.code).toBe(0);
    expect(countRequests(sandbox, 'downloadRequestBatch')).toBe(2);
  });

  test('credentials and the address may come from a file, which wins', async () => {
    const { env } = await startCommandSandbox();
    const cwd = makeFolder();
    const lines = Object.entries(env).map(([name, value]) => `${name}="${value}" # comment`);
    writeFileSync(join(cwd, 'studio.env'), `\n${lines.join('\n')}\n`);
    const wrong = { SCENARIO_SDK_API_KEY: 'somebody', SCENARIO_SDK_API_SECRET: 'else' };
    const finished = await runCommand(['get', 'a', '--env-file', 'studio.env'], { env: wrong, cwd });
    expect(finished.code).toBe(0);
  });
});

describe('--json', () => {
  test('prints one document', async () => {
    const { env } = await startCommandSandbox();
    const cwd = makeFolder();
    const finished = await runCommand(['get', 'a', 'b', 'a', '--json', '--out', 'out', '--template', 'x?'], {
      env,
      cwd,
    });
    expect(finished.code).toBe(0);
    expect(finished.stdout.trimEnd()).not.toContain('\n');
    const document = parse(finished);
    expect(Object.keys(document).slice(0, 9)).toEqual([
      'schemaVersion',
      'ok',
      'directory',
      'batches',
      'skipped',
      'missing',
      'renamed',
      'warnings',
      'totals',
    ]);
    expect(document).toMatchObject({
      schemaVersion: 1,
      ok: true,
      directory: join(cwd, 'out'),
      batches: [{ index: 0, status: 'complete', assets: 2 }],
      renamed: [{ entry: expect.stringContaining('x?') as string }, {}],
      warnings: [{ code: 'duplicate-ids', count: 1 }],
      totals: { files: 2 },
    });
    for (const file of document.batches[0]!.files) {
      expect(readFileSync(join(cwd, 'out', file.path))).toHaveLength(file.bytes);
      expect(file.crc32).toBeGreaterThan(0);
    }
    expect(finished.stderr).toMatch(/renamed: 2 files/);
  });

  test('prints one document about a failure, too', async () => {
    const cwd = makeFolder();
    for (const args of [
      ['get', 'a', '--json', '--out', 'out'],
      ['get', '--json', '--nonsense'],
      ['get', '--json'],
    ]) {
      const finished = await runCommand(args, { cwd });
      expect(finished.stdout.match(/\n/g)).toHaveLength(1);
      expect(normalize(finished.stdout, { [cwd]: 'CWD' })).toMatchSnapshot(args.join(' '));
    }
  });

  test('has the failed batches in it', async () => {
    const { sandbox, env } = await startCommandSandbox({ missingAssets: ['lost'] });
    const failure = { type: 'jobStatus', jobStatus: 'failure' } as const;
    sandbox.faults.add({ on: 'downloadGetStatus', effect: failure, times: Infinity });
    const finished = await runCommand(['get', 'a', '--json'], { env, cwd: makeFolder() });
    expect(finished.code).toBe(3);
    const document = parse(finished);
    expect(document.ok).toBe(false);
    const advice = 'Run the same command again, which requests a new job; what is there already is kept.';
    expect(document.batches).toMatchObject([{ status: 'failed', error: { code: 'JOB_FAILED', advice }, files: [] }]);
  });
});

test('--debug shows the stack of what failed while the rest went on', async () => {
  const { sandbox, env } = await startCommandSandbox();
  const failure = { type: 'jobStatus', jobStatus: 'failure' } as const;
  sandbox.faults.add({ on: 'downloadGetStatus', effect: failure, times: Infinity });
  for (const command of ['get', 'urls']) {
    const plain = await runCommand([command, 'a', '--quiet'], { env, cwd: makeFolder() });
    expect(plain.stderr).not.toContain('\n    at ');
    const debug = await runCommand([command, 'a', '--quiet', '--debug'], { env, cwd: makeFolder() });
    expect(debug.code).toBe(3);
    expect(debug.stderr).toMatch(/JobFailedError: .*\n {4}at /);
  }
});

test.each(['--keep-archives', '--flat', '--template=<num>'])('%s has no meaning with --format', async (option) => {
  const { code, stderr } = await runCommand(['get', 'a', '--format', 'png', option, '--dry-run'], {
    cwd: makeFolder(),
  });
  expect(code).toBe(2);
  expect(stderr).toContain(`error: ${option.replace(/=.*/, '')} is about archives, and with --format there is none`);
});

// Each fails: the file or the credentials are missing, or the arguments are not valid.
test.each([
  ['out', '-oout --from no-such-file'],
  ['out', '--out=out --from no-such-file'],
  ['out', '-o out --from no-such-file'],
  ['b', 'x --out a --out b'],
  ['scenario-downloads', 'x -- -o q'],
  ['scenario-downloads', 'x --exclude -o --quiet'],
  ['b', 'x --out a -ob --nonsense'],
  ['scenario-downloads', 'x --nonsense -- -o q'],
  ['scenario-downloads', 'x --out'],
  ['scenario-downloads', 'x --out='],
  ['scenario-downloads', 'x --out --quiet'],
])('a mistake leaves the directory known: %s for %s', async (directory, args) => {
  const cwd = makeFolder();
  const { code, stdout } = await runCommand(['get', '--json', ...args.split(' ')], { cwd });
  expect(code).not.toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ directory: join(cwd, directory) });
});

describe('--dry-run', () => {
  const ids = Array.from({ length: 1001 }, (_, at) => `a${at}`).join('\n');
  const args = ['get', '--dry-run', '--from', '-', '--model', 'm', '--inference', 'i', '--inference', 'i'];

  test('asks nobody and needs no credentials', async () => {
    const cwd = makeFolder();
    const finished = await runCommand(args, { cwd, input: ids });
    expect(shown(finished, cwd)).toMatchSnapshot();
    expect(listFiles(cwd)).toEqual([]);
  });

  test('prints the plan as JSON, too', async () => {
    const finished = await runCommand([...args, '--json'], { cwd: makeFolder(), input: ids });
    const document = parse(finished);
    expect(document).toMatchObject({ ok: true, dryRun: true, warnings: [{ code: 'duplicate-ids' }] });
    expect(document.batches).toMatchObject([
      { status: 'planned', assets: 1000, ids: { assetIds: 1000, inferenceIds: 0, modelIds: 0 } },
      { status: 'planned', assets: 1, ids: { assetIds: 1, inferenceIds: 0, modelIds: 0 } },
      { status: 'planned', assets: null, ids: { assetIds: 0, inferenceIds: 1, modelIds: 1 } },
    ]);
  });

  test('knows conversions', async () => {
    const cwd = makeFolder();
    const args = ['get', '--dry-run', 'a', 'b', '--format', 'png'];
    const one = await runCommand(['get', '--dry-run', 'a', '--format', 'png'], { cwd });
    expect(one.stdout).toBe('1 request for png, one for each asset\n');
    expect(shown(await runCommand(args, { cwd }), cwd)).toMatchSnapshot();
    const document = parse(await runCommand([...args, '--json'], { cwd }));
    expect(document.batches).toMatchObject([{ index: 0, jobId: null, status: 'planned', assets: 2 }]);
  });
});
