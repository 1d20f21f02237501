import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { freemem } from 'node:os';
import { promisify } from 'node:util';

/** One run of a command. */
export interface Run {
  seconds: number;
  /** The most memory that the process had, in megabytes; 0 where the system does not tell. */
  megabytes: number;
}

/** Runs a command to its end; a shell line, so that pipes can be measured. */
export async function measure(command: string, env: NodeJS.ProcessEnv = process.env): Promise<Run> {
  const startedAt = performance.now();
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'ignore', 'pipe'], env });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  let megabytes = 0;
  const watch = setInterval(() => {
    void peakOf(child.pid ?? 0).then((peak) => (megabytes = Math.max(megabytes, peak)));
  }, 20);
  const [code] = (await once(child, 'exit')) as [number | null];
  const seconds = (performance.now() - startedAt) / 1000;
  clearInterval(watch);
  if (code !== 0) throw new Error(`${command} ended with ${String(code)}: ${errors.slice(-2000)}`);
  return { seconds, megabytes };
}

async function peakOf(pid: number): Promise<number> {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    // It has ended, or the system has no /proc.
    return 0;
  }
}

/** Reads a file once, so that every run finds it in memory. */
export async function warm(path: string): Promise<void> {
  const stream = createReadStream(path, { highWaterMark: 4 * 1024 * 1024 });
  stream.resume();
  await once(stream, 'close');
}

/** Twice the largest archive that is compared by time, in bytes. */
const SETTLED_BYTES = 3 * 1024 ** 3;
const TOUCH_MEMORY = `for (let left = ${SETTLED_BYTES}, all = []; left > 0; left -= 2 ** 29) all.push(Buffer.alloc(2 ** 29, 1));`;

/**
 * Gives every run the same start: nothing of the last one is still on its way to the disk, and the memory for what is
 * written has been used lately. A virtual machine gets memory that was not in use page by page from its host, which
 * takes longer than all that is measured here.
 */
export async function settle(): Promise<void> {
  const execute = promisify(execFile);
  await execute('sync');
  if (freemem() > 2 * SETTLED_BYTES) await execute(process.execPath, ['-e', TOUCH_MEMORY]);
}

/** The middle one, the least and the most. */
export function summarise(values: readonly number[]): { median: number; min: number; max: number } {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (index: number) => sorted[index] ?? 0;
  return { median: at(Math.floor(sorted.length / 2)), min: at(0), max: at(sorted.length - 1) };
}
