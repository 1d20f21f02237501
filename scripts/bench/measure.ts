import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { freemem } from 'node:os';
import { promisify } from 'node:util';

/** One run of a command. */
export interface Run {
  seconds: number;
  /** Peak memory of the process in megabytes; 0 if the system does not report it. */
  megabytes: number;
}

/** Measures a command. It is a line for the shell, so that pipes can be measured. */
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
    // The process has ended, or the system has no /proc.
    return 0;
  }
}

/** Reads a file once, so that it is in the page cache for every run. */
export async function warm(path: string): Promise<void> {
  const stream = createReadStream(path, { highWaterMark: 4 * 1024 * 1024 });
  stream.resume();
  await once(stream, 'close');
}

/** About three times the size of the largest archive whose download is timed, in bytes. */
const SETTLED_BYTES = 3 * 1024 ** 3;
const TOUCH_MEMORY = `for (let left = ${SETTLED_BYTES}, all = []; left > 0; left -= 2 ** 29) all.push(Buffer.alloc(2 ** 29, 1));`;

/**
 * Gives every run the same start: all earlier writes are flushed to disk, and enough memory for the run's writes has
 * been used recently. The host of a virtual machine provides unused memory page by page, which would take longer than
 * everything measured here.
 */
export async function settle(): Promise<void> {
  const execute = promisify(execFile);
  await execute('sync');
  if (freemem() > 2 * SETTLED_BYTES) await execute(process.execPath, ['-e', TOUCH_MEMORY]);
}

/** Returns the median, the minimum and the maximum. */
export function summarise(values: readonly number[]): { median: number; min: number; max: number } {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (index: number) => sorted[index] ?? 0;
  return { median: at(Math.floor(sorted.length / 2)), min: at(0), max: at(sorted.length - 1) };
}
