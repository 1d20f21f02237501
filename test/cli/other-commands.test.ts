import { describe, expect, test } from 'vitest';
import { listFiles, makeFolder, startCommandSandbox } from './helpers/command-sandbox.js';
import { normalize } from './helpers/normalize.js';
import { runCommand, startCommand } from './helpers/run-command.js';
import { isWindows } from '../helpers/platform.js';

describe('urls', () => {
  test('prints a line for each archive', async () => {
    const { env } = await startCommandSandbox();
    const { code, stdout, stderr } = await runCommand(['urls', 'a', 'b', 'a', '--model', 'm'], { env });
    const lines = stdout.trimEnd().split('\n');
    const results = lines.map((line) => JSON.parse(line) as { index: number; downloadUrl: string });
    results.sort((one, other) => one.index - other.index);
    expect(results).toMatchObject([
      { kind: 'archive', index: 0, part: [], assets: 2, jobStatus: 'success' },
      { kind: 'archive', index: 1, part: [], assets: null, jobStatus: 'success' },
    ]);
    for (const { downloadUrl } of results) expect((await fetch(downloadUrl)).status).toBe(200);
    expect(code).toBe(0);
    expect(stderr).not.toContain('signature');
    expect(normalize(stderr)).toMatchSnapshot();
  });

  test('prints a line for each asset with --format, and names those that failed', async () => {
    const { env } = await startCommandSandbox({ missingAssets: ['lost'] });
    const { code, stdout, stderr } = await runCommand(['urls', 'a', 'lost', '--format', 'webp', '--quiet'], { env });
    expect(code).toBe(3);
    expect(stdout.match(/\n/g)).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'asset', index: 0, assetId: 'a', targetFormat: 'webp' });
    expect(normalize(stderr)).toMatchSnapshot();
  });

  test('says once what to do about many that failed for one reason', async () => {
    const missingAssets = ['x', 'y', 'z'];
    const { env } = await startCommandSandbox({ missingAssets });
    const { stderr } = await runCommand(['urls', ...missingAssets, '--format', 'webp', '--quiet'], { env });
    expect(stderr.match(/^failed: asset [xyz]: /gm)).toHaveLength(3);
    expect(stderr.trimEnd().split('\n')).toHaveLength(4);
  });

  test('is put off for no longer than --timeout, with --format too', { timeout: 30_000 }, async () => {
    const { sandbox, env } = await startCommandSandbox();
    const effect = { type: 'status', status: 429, headers: { 'retry-after': '300' } } as const;
    sandbox.faults.add({ on: 'downloadRequest', effect });
    const args = ['urls', 'a', '--format', 'png', '--timeout', '2', '--quiet'];
    const { code, stdout, stderr } = await runCommand(args, { env });
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toContain('failed: asset a: ');
  });

  test('a broken pipe is quiet', async () => {
    const { env } = await startCommandSandbox();
    const ids = Array.from({ length: 3000 }, (_, at) => `a${at}`).join('\n');
    const command = startCommand(['urls', '--from', '-', '--format', 'png', '--quiet'], { env, input: ids });
    await command.untilStdout('\n');
    command.child.stdout!.destroy();
    const { code, stderr } = await command.finished;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('status', () => {
  test.each([
    ['running', { jobDurationMs: 3_600_000 }, 0],
    ['ready', { jobDurationMs: 0 }, 0],
    ['failed', { jobDurationMs: 0, jobStates: ['failure'] }, 3],
  ])('of a job that is %s', async (state, options, code) => {
    const { sandbox, env } = await startCommandSandbox(options);
    await runCommand(['urls', 'a', '--timeout', '1', '--quiet'], { env });
    const { jobId, jobStatus } = sandbox.jobs[0]!;
    const finished = await runCommand(['status', jobId], { env });
    expect(finished).toMatchObject({ code, stdout: `${jobId}: ${state} (jobStatus: ${jobStatus})\n`, stderr: '' });
    const json = await runCommand(['status', jobId, '--json'], { env });
    expect(JSON.parse(json.stdout)).toEqual({ schemaVersion: 1, ok: state !== 'failed', jobId, jobStatus, state });
    expect(json.code).toBe(code);
  });

  test('whose state cannot pass for a line of the command', async () => {
    const { sandbox, env } = await startCommandSandbox();
    const body = { jobId: 'job_1', jobStatus: 'x)\njob_1: ready\u001B[2J' };
    sandbox.faults.add({ on: 'downloadGetStatus', effect: { type: 'status', status: 200, body } });
    const { stdout } = await runCommand(['status', 'job_1'], { env });
    expect(stdout).toBe('job_1: running (jobStatus: x)\\x0ajob_1: ready\\x1b[2J)\n');
  });

  test('of a job that there is not', async () => {
    const { env } = await startCommandSandbox();
    const { code, stdout, stderr } = await runCommand(['status', 'job_unknown'], { env });
    expect({ code, stdout, stderr }).toMatchSnapshot();
    const json = await runCommand(['status', '..', '--json'], { env });
    expect(json.code).toBe(2);
    expect(JSON.parse(json.stdout)).toMatchObject({ schemaVersion: 1, ok: false, error: { code: 'USAGE' } });
  });
});

describe('sandbox', () => {
  test.skipIf(isWindows)('says how to use it, works that way, and ends with Ctrl-C', async () => {
    const running = startCommand(['sandbox']);
    const example = (await running.untilStderr('sandbox-assets\n')).match(/example: \S+ (.+)/)?.[1]?.split(' ') ?? [];
    const variables = (await running.untilStdout('SECRET=')).matchAll(/^export (\w+)=(.*)$/gm);
    const env = Object.fromEntries(Array.from(variables, ([, name = '', value = '']) => [name, value]));
    const cwd = makeFolder();
    expect(await runCommand(example, { env, cwd })).toMatchObject({ code: 0 });
    expect(listFiles(cwd).length).toBeGreaterThan(10);

    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.finished;
    expect(code).toBe(0);
    expect(normalize(`${stdout}---\n${stderr}`)).toMatchSnapshot();
  });

  test('a port that is taken is a mistake in the command line', async () => {
    const { sandbox } = await startCommandSandbox();
    const { port } = new URL(sandbox.baseUrl);
    const { code, stdout, stderr } = await runCommand(['sandbox', '--port', port]);
    expect({ code, stdout, stderr: stderr.replace(port, 'PORT') }).toMatchSnapshot();
  });
});

describe('help', () => {
  test('is what was asked for', async () => {
    const { code, stdout, stderr } = await runCommand(['help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Exit codes:');
  });

  test.each(['', 'get', 'urls', 'status', 'sandbox'])('%s', async (name) => {
    const { code, stdout, stderr } = await runCommand([...(name === '' ? [] : [name]), '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Examples:');
    expect(stdout).toMatchSnapshot();
  });

  test('for a command that there is not is a mistake', async () => {
    const { code, stdout, stderr } = await runCommand(['help', 'gte']);
    expect({ code, stdout, stderr }).toMatchSnapshot();
  });

  test('the version is that of the package', async () => {
    const { code, stdout } = await runCommand(['--version']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('a mistake', () => {
  test.each([
    ['an id without a command', ['asset_1'], 'Ids follow a command: scenario-downloads get ID ID.'],
    ['an option for asset ids', ['get', '--assets', 'a'], 'Asset ids need no option: scenario-downloads get ID ID.'],
    ['a key', ['get', '--api-key=secret'], 'Credentials are never options: '],
  ])('%s is explained', async (_name, args, advice) => {
    const { code, stderr } = await runCommand(args);
    expect(code).toBe(2);
    expect(stderr).toContain(`\n  ${advice}`);
    expect(stderr).not.toContain('secret');
  });

  test.each([
    [['get', 'a', '-o', '--force'], "'-o, --out <dir>' argument '--force'"],
    [['get', 'a', '--template', '--flat'], "'--template <template>' argument '--flat'"],
    [['get', '--model', '--json'], "'--model <id>' argument '--json'"],
    [['get', '--from', '--quiet'], "'--from <file>' argument '--quiet'"],
    [['get', 'a', '--include', '--force'], "'--include <glob>' argument '--force'"],
  ])('%j: a value that is another option is missed', async (args, named) => {
    const { code, stderr } = await runCommand(args);
    expect(code).toBe(2);
    expect(stderr).toContain(`error: option ${named} is invalid. It begins as an option does: is the value missing?\n`);
  });

  test('that is a secret in place of a value is not repeated', async () => {
    const { code, stderr } = await runCommand(['get', 'a', '-o', '--api-secret=swordfish']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.not.stringContaining('swordfish') as string });
  });

  test('in the spelling of a command gets a suggestion', async () => {
    const { stderr } = await runCommand(['gett']);
    expect(stderr).toContain('Did you mean get?');
    expect(stderr).not.toContain('Ids follow');
  });
});
