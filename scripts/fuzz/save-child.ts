import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { bundleProgram } from '../lib/bundle-program.js';

/** How a process that saves files has ended. */
export interface SaveEnd {
  /** The exit code; null when the process was killed. */
  code: number | null;
  /** The paths that the process has reported as saved. */
  saved: string[];
  stderr: string;
}

/** What the process saves, and where. */
export interface SaveOrder {
  baseUrl: string;
  directory: string;
  assets: number;
  batchSize: number;
}

const PROGRAM = fileURLToPath(new URL('save-process.ts', import.meta.url));

/** Bundles the program that saves files into one file. */
export const bundleSaveProgram = (folder: string): Promise<string> => bundleProgram(PROGRAM, folder);

/**
 * Runs the program in a process of its own.
 *
 * @param killAfterMs the time after which the process is killed; undefined to let it finish
 */
export async function runSaveProgram(program: string, order: SaveOrder, killAfterMs?: number): Promise<SaveEnd> {
  const { baseUrl, directory, assets, batchSize } = order;
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, BASE_URL: baseUrl, DIRECTORY: directory, ASSETS: `${assets}`, BATCH_SIZE: `${batchSize}` },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  const lines = stdout.split('\n').filter((line) => line.endsWith('"'));
  return { code, saved: lines.map((line) => JSON.parse(line) as string), stderr };
}
