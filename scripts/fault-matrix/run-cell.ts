import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createScenarioClient } from '../../src/client.js';
import { saveAll, type SaveEvent, type SaveReport } from '../../src/node/index.js';
import type { Fetch } from '../../src/retrying-fetch.js';
import { startSandbox, type ActiveFault, type Fault, type Sandbox } from '../../src/sandbox/index.js';
import { createTransferClock, STALL_TIMEOUT_MS, type TransferClock } from '../../test/helpers/node-clock.js';
import type { AnyEffect, FaultKind, Step } from './faults.js';
import { CALLED_OFF, describe, GOES_ON } from './save-once.js';
import { CANARY, collectSignatures, findSecrets, show } from './secrets.js';

/** The outcome for the user when a fault happens at a step. */
export interface Cell {
  /** The outcome when the fault happens once. */
  once: string;
  /** The outcome when the fault happens every time. */
  always: string;
  /**
   * Violations of what must always hold: for example, a finished file is lost or fetched again, or the second run
   * fails.
   */
  problems: string[];
}

/** The fault never affects the first asset, affects the second one once, and the third one every time. */
const ASSETS = ['asset_calm', 'asset_once', 'asset_always'];
const IMAGE_SIZE = 800;
/** The timeout for silent faults. It passes in real time, so it is short, but long enough for a busy machine. */
const SHORT_TIMEOUT_MS = 1500;

/** The sandbox for one step, which gets one fault after another, and its clock. */
export interface Column {
  sandbox: Sandbox;
  clock: TransferClock;
}

/** Starts the sandbox for a step. */
export async function startColumn(step: Step): Promise<Column> {
  const clock = createTransferClock();
  // The archive must be larger than the range at its end that is requested first.
  const imageSize = step === 'transfer' ? IMAGE_SIZE : 8;
  return { clock, sandbox: await startSandbox({ now: clock.now, jobDurationMs: 100, imageSize, credentials: CANARY }) };
}

/** Saves three assets, two of which are affected by a fault, and then saves all of them again without the fault. */
export async function runCell(step: Step, fault: FaultKind, { sandbox, clock }: Column): Promise<Cell | undefined> {
  const effect = fault.effectAt(step, clock.now());
  if (effect === undefined) return undefined;
  const directory = await mkdtemp(join(tmpdir(), 'scenario-downloads-faults-'));
  const marks = { violations: sandbox.violations.length, requests: sandbox.requests.length };
  try {
    const { baseUrl } = sandbox;
    const settings = fault.isSilent ? { requestTimeoutMs: SHORT_TIMEOUT_MS, retry: false as const } : {};
    const seen: unknown[] = [];
    const finished: string[] = [];
    const onProgress = (event: SaveEvent) => {
      seen.push(event);
      if (event.type === 'file-saved') finished.push(event.path);
    };
    const fetch = fetchWithMore(fault.moreFields);
    const client = createScenarioClient({ baseUrl, ...CANARY, clock, fetch, onProgress, ...settings });
    const stop = new AbortController();
    const reason = new Error('called off');
    const onStrike = () => {
      if (fault.isSilent) setTimeout(() => clock.stall(), 30);
      if (fault.isAbort) stop.abort(reason);
    };
    const signatures = new Set<string>();
    collectSignatures(sandbox, signatures);
    const strikes = strike(sandbox, step, effect, onStrike);
    const isSingle = step === 'resolve' || step === 'asset';
    const save = (signal?: AbortSignal) =>
      saveAll(client, { assetIds: ASSETS }, {
        directory,
        clock,
        signal,
        onProgress,
        batchSize: 1,
        concurrency: 1,
        stallTimeoutMs: STALL_TIMEOUT_MS,
        ...(isSingle && { targetFormat: 'png' as const }),
      }); // prettier-ignore
    const first = await save(stop.signal).catch((error: unknown) => {
      seen.push(error);
      if (error !== reason) throw error;
    });
    const hits = strikes.map((fault) => fault.hits);
    sandbox.faults.clear();
    seen.push(first);
    const traces = { directory, sandbox, firstRequest: marks.requests, signatures };
    const problems = await findSecrets({ ...traces, shown: show(seen) });
    const before = [...finished];
    const second = await save();
    problems.push(
      ...findLosses(before, second),
      ...sandbox.violations.slice(marks.violations).map(({ message }) => message),
    );
    const areOthersGivenUp = fault.isFinal || fault.isAbort;
    if (hits.includes(0) && !areOthersGivenUp) problems.push('the fault did not strike');
    if (fault.isAbort && hits[0] !== 1) problems.push('the fault did not strike');
    if (first === undefined) return { once: CALLED_OFF, always: CALLED_OFF, problems };
    const [calm, once, always] = ASSETS.map((_, index) => outcomeOf(first, index, isSingle));
    if (calm !== GOES_ON) problems.push(`what was left in peace ended with ${calm ?? 'nothing'}`);
    return { once: once ?? '', always: always ?? '', problems };
  } finally {
    sandbox.faults.clear();
    await rm(directory, { recursive: true, force: true });
  }
}

function strike(sandbox: Sandbox, step: Step, effect: AnyEffect, onStrike: () => unknown): ActiveFault[] {
  const [, onceId = '', alwaysId = ''] = ASSETS;
  const targets = [
    { assetId: onceId, times: 1 },
    { assetId: alwaysId, times: Infinity },
  ];
  return targets.map(({ assetId, times }) => {
    const isAbout = (path: string) =>
      path.includes(assetId) || sandbox.jobs.some((job) => path.includes(job.jobId) && job.assetIds.includes(assetId));
    const fault = {
      on: OPERATIONS[step],
      times,
      effect,
      when: ({ path, body, range = '' }: { path: string; body: unknown; range: string | undefined }) => {
        if (step === 'directory' && !/^bytes=-/.test(range)) return false;
        if (step === 'transfer' && /^bytes=-/.test(range)) return false;
        const matches = step === 'request' ? JSON.stringify(body).includes(`"${assetId}"`) : isAbout(path);
        if (matches) onStrike();
        return matches;
      },
    };
    // The effect is valid for this step, but the types cannot express that.
    return sandbox.faults.add(fault as Fault);
  });
}

const OPERATIONS: Readonly<Record<Step, Fault['on']>> = {
  request: 'downloadRequestBatch',
  poll: 'downloadGetStatus',
  resolve: 'downloadRequest',
  directory: 'file',
  transfer: 'file',
  asset: 'file',
};

function outcomeOf(report: SaveReport, index: number, isSingle: boolean): string {
  if (isSingle) {
    const failure = report.batches[0]?.failed.find(({ entry }) => entry === ASSETS[index]);
    return failure === undefined ? GOES_ON : describe(failure.error);
  }
  const batch = report.batches.find((candidate) => candidate.index === index);
  if (batch === undefined) return 'nothing is said';
  const missing = report.missing.some((shortfall) => shortfall.batch === index);
  return batch.error ? describe(batch.error) : missing ? 'reported as missing' : GOES_ON;
}

/** Checks that the second run found the files that the first one finished, and saved the others. */
function findLosses(finished: readonly string[], second: SaveReport): string[] {
  const problems: string[] = [];
  if (!second.ok)
    problems.push(`the second run ended with ${JSON.stringify(second.batches.map(({ error }) => error))}`);
  const present = new Set(second.skipped.map(({ path }) => path));
  for (const path of finished)
    if (!present.has(path)) problems.push(`${path} was finished, and was not there for the second run`);
  return problems;
}

/** Creates a `fetch` that adds fields to successful JSON responses. */
function fetchWithMore(fields: FaultKind['moreFields']): Fetch {
  return async (request) => {
    const response = await fetch(request);
    if (fields === undefined || !response.ok) return response;
    return Response.json({ ...((await response.json()) as object), ...fields }, response);
  };
}
