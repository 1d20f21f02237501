import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Fault, Sandbox, SandboxOptions } from '../../src/sandbox/index.js';
import { builtCommand } from './helpers/built-command.js';
import { makeFolder, startCommandSandbox } from './helpers/command-sandbox.js';
import { normalize } from './helpers/normalize.js';
import { bareEnvironment, runCommand, startCommand } from './helpers/run-command.js';
import { isWindows } from '../helpers/platform.js';

const always = { times: Infinity };
const failure: Fault = { on: 'downloadGetStatus', effect: { type: 'jobStatus', jobStatus: 'failure' }, ...always };
const answer = (status: number, headers: Record<string, string> = {}): Fault => ({
  on: 'downloadRequestBatch',
  effect: { type: 'status', status, headers },
  ...always,
});

interface Case {
  name: string;
  code: number;
  args?: string[];
  options?: SandboxOptions;
  fault?: Fault;
  env?: Record<string, string>;
  /** Called before the command starts. */
  prepare?: (cwd: string, sandbox: Sandbox) => void;
}

const get = ['get', 'a', '--out', 'out'];
const cases: Case[] = [
  { name: 'everything is there', code: 0 },
  { name: 'an unknown option', code: 2, args: ['get', 'a', '--fromm', 'x'] },
  { name: 'a secret as an option', code: 2, args: ['get', 'a', '--api-secret=swordfish'] },
  { name: 'no command', code: 2, args: [] },
  { name: 'an unknown command', code: 2, args: ['gett'] },
  { name: 'nothing selected', code: 2, args: ['get'] },
  { name: 'a number that is none', code: 2, args: ['get', 'a', '--concurrency', 'many'] },
  { name: 'a format that there is not', code: 2, args: ['get', 'a', '--format', 'bmp'] },
  { name: 'a format for a model', code: 2, args: ['get', '--model', 'm', '--format', 'png'] },
  { name: 'a file that there is not', code: 2, args: ['get', '--from', 'ids.txt'] },
  { name: 'a folder in place of a file', code: 2, args: ['get', '--from', '.'] },
  { name: 'a folder without a name', code: 2, args: ['get', 'a', '--out', ''] },
  { name: 'an address in the clear', code: 2, env: { SCENARIO_BASE_URL: 'http://api.example.com/v1' } },
  { name: 'a job that failed', code: 3, fault: failure },
  { name: 'a shortfall', code: 3, args: ['get', 'a', 'lost', '-o', 'out'], options: { missingAssets: ['lost'] } },
  { name: 'a forbidden asset', code: 3, options: { forbiddenAssets: ['a'] } },
  { name: 'no credentials', code: 4, env: { SCENARIO_SDK_API_KEY: '', SCENARIO_SDK_API_SECRET: '' } },
  { name: 'credentials that the API does not accept', code: 4, env: { SCENARIO_SDK_API_SECRET: 'wrong-secret' } },
  { name: 'a rate limit', code: 5, fault: answer(429, { 'retry-after': '3600' }) },
  { name: 'a server in trouble', code: 5, fault: answer(500) },
  {
    name: 'a job that takes too long',
    code: 5,
    args: [...get, '--timeout', '1'],
    options: { jobDurationMs: 3_600_000 },
  },
  { name: 'a damaged archive', code: 6, fault: { on: 'file', effect: { type: 'corrupt', at: 200 }, ...always } },
  { name: 'a file in the way of the folder', code: 7, prepare: (cwd) => writeFileSync(join(cwd, 'out'), '') },
];

test.each(cases.map((item) => [item.code, item.name, item] as const))('%i: %s', async (code, _name, item) => {
  const { args = get, options, fault, env: changes = {}, prepare } = item;
  const { sandbox, env } = await startCommandSandbox(options);
  if (fault) sandbox.faults.add(fault);
  const cwd = makeFolder();
  prepare?.(cwd, sandbox);
  const finished = await runCommand(args, { env: { ...env, ...changes }, cwd });
  expect(normalize(finished.stderr, { [cwd]: 'CWD' })).toMatchSnapshot();
  expect(finished.code).toBe(code);
  expect(finished.stderr).not.toContain('swordfish');
});

test('9: a file of variables that there is not, of which Node itself says it', async () => {
  const { code, stderr } = await runCommand(['get', 'a', '--env-file', 'nope.env'], { cwd: makeFolder() });
  expect({ code, stderr }).toEqual({ code: 9, stderr: expect.stringContaining('nope.env: not found') as string });
});

test('7: another process saves into the folder', async () => {
  const { env } = await startCommandSandbox({ jobDurationMs: 3_600_000 });
  const cwd = makeFolder();
  const first = startCommand(get, { env, cwd });
  await first.untilStderr('waiting:');
  const second = await runCommand(get, { env, cwd });
  expect(second.code).toBe(7);
  expect(second.stderr).toMatch(/error: Process \d+ is saving into .*out\.\n {2}Wait until the other process is done/);
  first.child.kill('SIGINT');
  const { code, signal } = await first.finished;
  expect(signal ?? code).toBe(isWindows ? 'SIGINT' : 130);
});

test.runIf(existsSync('/dev/full'))('7: standard output is full', async () => {
  const { env } = await startCommandSandbox();
  const cwd = makeFolder();
  const line = `exec '${process.execPath}' '${builtCommand()}' get a --out out --quiet --json > /dev/full`;
  const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
    execFile('sh', ['-c', line], { cwd, env: bareEnvironment(env) }, (error, _, text) =>
      resolve({ code: error?.code, stderr: text }),
    );
  });
  expect(code).toBe(7);
  expect(stderr).toMatch(/^error: Standard output cannot be written to: ENOSPC.*\n {2}Look at where it goes to/);
});

test.runIf(existsSync('/dev/full'))('0: standard error is full, which costs nobody a file', async () => {
  const { env } = await startCommandSandbox();
  const cwd = makeFolder();
  const line = `exec '${process.execPath}' '${builtCommand()}' get a --out out 2> /dev/full`;
  const { stdout } = await promisify(execFile)('sh', ['-c', line], { cwd, env: bareEnvironment(env) });
  expect(existsSync(join(cwd, stdout.trim()))).toBe(true);
});

test.skipIf(isWindows).each([
  ['get a', true],
  ['get a --json', true],
  ['get a --dry-run --json', true],
  ['get a --out /dev/null/out', false],
])('7: the working directory is gone, for %s', async (args, isNeeded) => {
  const { env } = await startCommandSandbox();
  const line = `rmdir "$PWD" && exec '${process.execPath}' '${builtCommand()}' ${args}`;
  const { code, stdout, stderr } = await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile('sh', ['-c', line], { cwd: makeFolder(), env: bareEnvironment(env) }, (error, stdout, stderr) =>
      resolve({ code: error?.code, stdout, stderr }),
    );
  });
  expect(code).toBe(7);
  const sentence = 'The working directory is gone: it was removed, or is no longer there for this process.';
  expect(stderr.includes(`error: ${sentence}\n  Change into a folder that there is, `)).toBe(isNeeded);
  if (!args.includes('--json')) return;
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    directory: 'scenario-downloads',
    error: { code: 'FILE_SYSTEM_ERROR', message: sentence },
  });
});

test('1: what nobody foresaw, with the stack for --debug', async () => {
  const { env } = await startCommandSandbox();
  const cwd = makeFolder();
  const saboteur = join(cwd, 'saboteur.mjs');
  writeFileSync(saboteur, `process.stdout.write = () => { throw new TypeError('sabotage'); };\n`);
  const sabotaged = { ...env, NODE_OPTIONS: `--import ${pathToFileURL(saboteur).href}` };
  const plain = await runCommand(get, { env: sabotaged, cwd });
  expect(plain.code).toBe(1);
  expect(plain.stderr).toContain('error: sabotage\n  This is a fault of the command');
  expect(plain.stderr).not.toContain('\n    at ');
  const debug = await runCommand([...get, '--debug'], { env: sabotaged, cwd });
  expect(debug.code).toBe(1);
  expect(debug.stderr).toMatch(/TypeError: sabotage\n {4}at /);
});

test('1: what goes wrong where nobody waits for it', async () => {
  const { env } = await startCommandSandbox({ jobDurationMs: 3_600_000 });
  const cwd = makeFolder();
  const saboteur = join(cwd, 'saboteur.mjs');
  writeFileSync(
    saboteur,
    `const write = process.stderr.write.bind(process.stderr);
     process.stderr.write = (text) => {
       if (text.startsWith('waiting')) setImmediate(() => { throw new TypeError('late sabotage with sandbox-secret'); });
       return write(text);
     };\n`,
  );
  const sabotaged = { ...env, NODE_OPTIONS: `--import ${pathToFileURL(saboteur).href}` };
  const { code, stderr } = await runCommand(get, { env: sabotaged, cwd });
  expect(code).toBe(1);
  expect(stderr).toContain('error: late sabotage with ***\n  This is a fault of the command');
  expect(stderr).not.toContain('\n    at ');
});

test('an error that nobody handles is told without the secrets, those of an env file included', async () => {
  const { env } = await startCommandSandbox();
  const cwd = makeFolder();
  const { SCENARIO_SDK_API_KEY: key = '', SCENARIO_SDK_API_SECRET: secret = '', ...bare } = env;
  writeFileSync(join(cwd, 'my.env'), `SCENARIO_SDK_API_KEY=${key}\nSCENARIO_SDK_API_SECRET=${secret}\n`);
  // A fault of the command's own, in the middle of its first request.
  writeFileSync(
    join(cwd, 'fault.mjs'),
    `import http from 'node:http';
    const { request } = http;
    http.request = (...args) => {
      setImmediate(() => { throw new Error('a fault with ${secret} in it'); });
      return request(...args);
    };`,
  );
  const options = { cwd, env: { ...bare, NODE_OPTIONS: `--import=${pathToFileURL(join(cwd, 'fault.mjs')).href}` } };
  const { code, stdout, stderr } = await runCommand([...get, '--env-file', 'my.env', '--json', '--debug'], options);
  expect(code).toBe(1);
  expect(stderr).toContain('error: a fault with *** in it');
  expect(stdout + stderr).not.toContain(secret);
});
