/**
 * Installs the packed package into an empty project, as a user does, and runs a short program against the sandbox in
 * every supported runtime.
 *
 *     npm run test:runtimes
 *
 * The runtimes are this Node, two more versions of Node, Bun and Deno from npm packages with their binaries, and
 * Chromium from CHROMIUM_PATH or /usr/bin/chromium.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startSandbox } from '../src/sandbox/index.js';
import { runInChromium } from './runtimes/chromium.js';
import { runInstalledCommand } from './runtimes/command.js';

const execute = promisify(execFile);
const EXPECTED = '3 batches, 3 archives, image/webp, 13 formats';
const platform = `${process.platform}-${process.arch}`;

interface Runtime {
  path: string;
  /** Arguments for programs that only use the root entry. */
  args: string[];
  /** Arguments for the command and for programs that write files. */
  commandArgs: string[];
}

const plain = { args: [], commandArgs: [] };
const binaries: Record<string, Runtime & { install: string }> = {
  'Node 22': { install: `node22@npm:node-${platform}@22`, path: 'node22/bin/node', ...plain },
  'Node 24': { install: `node24@npm:node-${platform}@24`, path: 'node24/bin/node', ...plain },
  Bun: { install: `@oven/bun-${platform}`, path: `@oven/bun-${platform}/bin/bun`, ...plain },
  Deno: {
    install: `@deno/${platform}${process.platform === 'linux' ? '-glibc' : ''}`,
    path: `@deno/${platform}${process.platform === 'linux' ? '-glibc' : ''}/deno`,
    args: ['run', '--node-modules-dir=manual', '--allow-net=127.0.0.1', '--allow-env', '--allow-read'],
    commandArgs: ['run', '--node-modules-dir=manual', '--allow-all'],
  },
};

const sandbox = await startSandbox({ jobDurationMs: 200 });
const project = await mkdtemp(join(tmpdir(), 'scenario-downloads-runtimes-'));
const env = {
  ...process.env,
  SCENARIO_BASE_URL: sandbox.baseUrl,
  SCENARIO_SDK_API_KEY: sandbox.credentials.apiKey,
  SCENARIO_SDK_API_SECRET: sandbox.credentials.apiSecret,
};
let failed = 0;
try {
  const packed = await execute('npm', ['pack', '--json', '--pack-destination', project]);
  const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
  await writeFile(join(project, 'package.json'), '{ "private": true }\n');
  const packages = Object.values(binaries).map(({ install }) => install);
  await execute('npm', ['install', '--no-audit', '--no-fund', `./${filename}`, ...packages], { cwd: project });
  for (const file of ['program.mjs', 'main.mjs', 'require.cjs']) {
    await cp(join(import.meta.dirname, 'runtimes', file), join(project, file));
  }

  const here = { path: process.execPath, args: [], commandArgs: [] };
  const runtimes: [string, Runtime][] = [[`Node ${process.versions.node} (this one)`, here]];
  for (const [name, { path, ...rest }] of Object.entries(binaries))
    runtimes.push([name, { path: join(project, 'node_modules', path), ...rest }]);
  for (const [at, [name, { path, args, commandArgs }]] of runtimes.entries()) {
    await check(`${name}, import`, EXPECTED, () => runProgram(path, [...args, 'main.mjs']));
    const out = join(project, `out-${at}`);
    await check(`${name}, require`, '25 files, ok: true', () => runProgram(path, [...commandArgs, 'require.cjs', out]));
    const place = { project, out: `${out}-command`, env };
    const expected = '25 files, sandbox ended with 0';
    await check(`${name}, command`, expected, () => runInstalledCommand([path, ...commandArgs], place));
  }
  const { baseUrl, credentials } = sandbox;
  const program = await readFile(join(project, 'program.mjs'), 'utf8');
  await check('Chromium, bundled', EXPECTED, () => runInChromium(project, program, { baseUrl, ...credentials }));
  if (sandbox.violations.length > 0) throw new Error(JSON.stringify(sandbox.violations));
} finally {
  await sandbox.close();
  await rm(project, { recursive: true, force: true });
}
if (failed > 0) process.exitCode = 1;

async function runProgram(binary: string, args: string[]): Promise<string> {
  const { stdout } = await execute(binary, args, { cwd: project, env, timeout: 120_000 });
  return stdout.trim();
}

async function check(name: string, expected: string, run: () => Promise<string>): Promise<void> {
  let answer: string;
  try {
    answer = await run();
  } catch (error) {
    answer = error instanceof Error ? error.message : String(error);
  }
  if (answer !== expected) failed++;
  console.log(`${answer === expected ? 'ok    ' : 'FAILED'} ${name}: ${answer}`);
}
