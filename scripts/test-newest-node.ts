/**
 * Runs the tests in the newest supported version of Node, because versions differ in how they allocate buffers and in
 * their error messages.
 *
 *     npm run test:newest-node
 *     npm run test:newest-node -- test/node    runs a part of the tests
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const NEWEST = 24;

const root = resolve(import.meta.dirname, '..');
const folder = await mkdtemp(join(tmpdir(), 'scenario-downloads-node-'));
try {
  // Some tests run a program as another user, who must be able to read the binary.
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  const binary = `node@npm:node-${process.platform}-${process.arch}@${NEWEST}`;
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', binary], { cwd: folder });
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--config', 'test/vitest.config.ts', ...process.argv.slice(2)];
  const tests = spawn(join(folder, 'node_modules/node/bin/node'), args, { cwd: root, stdio: 'inherit' });
  const [code] = (await once(tests, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
