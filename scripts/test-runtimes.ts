/**
 * Installs the packed package into an empty project, as a user does, and runs one short program in every runtime
 * against the sandbox.
 *
 *     npm run test:runtimes
 *
 * Node is taken in three versions, and Bun and Deno, from packages that carry their binaries; Chromium from
 * CHROMIUM_PATH or /usr/bin/chromium.
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
const binaries: Record<string, { install: string; path: string; args: string[] }> = {
  'Node 22': { install: `node22@npm:node-${platform}@22`, path: 'node22/bin/node', args: [] },
  'Node 24': { install: `node24@npm:node-${platform}@24`, path: 'node24/bin/node', args: [] },
  Bun: { install: `@oven/bun-${platform}`, path: `@oven/bun-${platform}/bin/bun`, args: [] },
  Deno: {
    install: `@deno/${platform}${process.platform === 'linux' ? '-glibc' : ''}`,
    path: `@deno/${platform}${process.platform === 'linux' ? '-glibc' : ''}/deno`,
    args: ['run', '--node-modules-dir=manual', '--allow-net=127.0.0.1', '--allow-env', '--allow-read'],
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

  const nodes: [string, string][] = [[`Node ${process.versions.node} (this one)`, process.execPath]];
  for (const [name, { path, args }] of Object.entries(binaries)) {
    const binary = join(project, 'node_modules', path);
    if (name.startsWith('Node')) nodes.push([name, binary]);
    else await check(name, EXPECTED, () => runProgram(binary, [...args, 'main.mjs']));
  }
  for (const [name, binary] of nodes) {
    await check(`${name}, import`, EXPECTED, () => runProgram(binary, ['main.mjs']));
    const out = join(project, `out-${nodes.findIndex(([other]) => other === name)}`);
    await check(`${name}, require`, '25 files, ok: true', () => runProgram(binary, ['require.cjs', out]));
    const place = { project, out: `${out}-command`, env };
    const expected = '25 files, sandbox ended with 0';
    await check(`${name}, command`, expected, () => runInstalledCommand(binary, place));
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
