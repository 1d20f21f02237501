import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const execute = promisify(execFile);

/**
 * Runs a program in a process that has nothing else to do, and gives what it prints as JSON. It is bundled, since what
 * compiles it would need more memory than the program does.
 *
 * @param heapMiB the most that JavaScript may have; beyond it the process ends
 */
export async function measureChild<Result>(
  program: URL,
  env: Record<string, string>,
  heapMiB: number,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'scenario-downloads-measure-'));
  try {
    const outfile = join(folder, 'program.mjs');
    await build({
      entryPoints: [fileURLToPath(program)],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
    });
    const args = [`--max-old-space-size=${heapMiB}`, outfile];
    const { stdout } = await execute(process.execPath, args, { env: { ...process.env, ...env } });
    return JSON.parse(stdout) as Result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
