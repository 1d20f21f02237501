import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SliceOrder, SliceResult } from './run-slice.js';
import type { SliceAnswer } from './slice-process.js';

/** The result of a whole run. */
export interface FuzzResult extends SliceResult {
  peakBytes: number;
}

const SLICE_CASES = 500;
const SLICE_TIMEOUT_MS = 180_000;
/** Enough for Node itself, the archives of eight concurrent cases, and the memory that the reader may use for them. */
const MAX_PEAK_BYTES = 450_000_000;
const PROGRAM = fileURLToPath(new URL('slice-process.ts', import.meta.url));

/** The cases to run. */
export interface FuzzOrder {
  seed: number;
  cases: number;
  /** One case in this many is also given to unzip and bsdtar, which have to be started for each archive. */
  toolsOnceIn: number;
}

/** Runs cases in slices in a child process, and starts a new process when it dies or hangs. */
export async function fuzzArchives(
  { seed, cases, toolsOnceIn }: FuzzOrder,
  onSlice: (result: FuzzResult) => void,
): Promise<FuzzResult> {
  const total: FuzzResult = {
    cases: 0,
    accepted: 0,
    reasons: {},
    findings: [],
    compared: {},
    explained: {},
    peakBytes: 0,
  };
  const folder = await mkdtemp(join(tmpdir(), 'scenario-downloads-fuzz-'));
  let child: ChildProcess | undefined;
  try {
    for (let from = 0; from < cases; from += SLICE_CASES) {
      const to = Math.min(cases, from + SLICE_CASES);
      child ??= fork(PROGRAM, { execArgv: ['--import', 'tsx'], env: { ...process.env, UV_THREADPOOL_SIZE: '8' } });
      const answer = await ask(child, { seed, from, to, folder, toolsOnceIn });
      if (typeof answer === 'string') {
        total.findings.push({ seed: from, text: `cases ${from} to ${to} of seed ${seed}: ${answer}` });
        child = undefined;
        continue;
      }
      add(total, answer);
      onSlice(total);
    }
    if (total.peakBytes > MAX_PEAK_BYTES)
      total.findings.push({ seed, text: `took ${total.peakBytes} bytes of memory` });
    return total;
  } finally {
    child?.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

/** Sends a slice to the child process. Resolves to its answer, or to a description of how it failed. */
function ask(child: ChildProcess, order: SliceOrder): Promise<SliceAnswer | string> {
  return new Promise((resolve) => {
    const settle = (answer: SliceAnswer | string) => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      resolve(answer);
    };
    const onMessage = (answer: unknown) => settle(answer as SliceAnswer);
    const onExit = (code: number | null, signal: string | null) =>
      settle(`the process ended with ${signal ?? `code ${code ?? 0}`}`);
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      settle(`no end within ${SLICE_TIMEOUT_MS} ms`);
    }, SLICE_TIMEOUT_MS);
    child.on('message', onMessage);
    child.on('exit', onExit);
    child.send(order);
  });
}

function add(total: FuzzResult, { result, peakBytes }: SliceAnswer): void {
  total.cases += result.cases;
  total.accepted += result.accepted;
  total.findings.push(...result.findings);
  total.peakBytes = Math.max(total.peakBytes, peakBytes);
  for (const counts of ['reasons', 'compared', 'explained'] as const) {
    for (const [name, count] of Object.entries(result[counts]))
      total[counts][name] = (total[counts][name] ?? 0) + count;
  }
}
