import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { COMMAND } from '../lib/build-package.js';

/**
 * Runs the command that is installed in a project: saves a model into a folder, then starts and stops the `sandbox`
 * command.
 *
 * @param runtime the binary to run the command with, and its arguments before the path
 * @returns the number of files and the exit code of the sandbox, as a sentence
 */
export async function runInstalledCommand(
  [binary, ...args]: [string, ...string[]],
  { project, out, env }: { project: string; out: string; env: NodeJS.ProcessEnv },
): Promise<string> {
  const main = join(project, 'node_modules/scenario-downloads/dist', COMMAND);
  const get = [main, 'get', '--model', 'model_1', '--include', '*', '--out', out, '--json', '--quiet'];
  const { stdout } = await promisify(execFile)(binary, [...args, ...get], { env, timeout: 120_000 });
  const { totals } = JSON.parse(stdout) as { totals: { files: number } };

  const sandbox = spawn(binary, [...args, main, 'sandbox'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(sandbox, 'exit') as Promise<[number | null]>;
  await Promise.race([once(sandbox.stdout, 'data'), ended]);
  sandbox.kill('SIGINT');
  const [code] = await ended;
  return `${totals.files} files, sandbox ended with ${String(code)}`;
}
