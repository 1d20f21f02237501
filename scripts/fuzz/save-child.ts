import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { bundleProgram } from '../lib/bundle-program.js';

/** How a process that was to save something has ended. */
export interface SaveEnd {
  /** Null when it was killed. */
  code: number | null;
  /** What it has saved, as it said itself. */
  saved: string[];
  stderr: string;
}

/** What it saves, and where. */
export interface SaveOrder {
  baseUrl: string;
  directory: string;
  assets: number;
  batchSize: number;
}

const PROGRAM = fileURLToPath(new URL('save-process.ts', import.meta.url));

/** Makes one file of the program that saves. */
export const bundleSaveProgram = (folder: string): Promise<string> => bundleProgram(PROGRAM, folder);

/**
 * Runs the program.
 *
 * @param killAfterMs kills it when it has run for so long; undefined lets it end
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
