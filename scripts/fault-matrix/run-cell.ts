import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createScenarioClient } from '../../src/client.js';
import { saveAll, type ErrorReport, type SaveReport } from '../../src/node/index.js';
import { startSandbox, type ActiveFault, type Fault, type Sandbox } from '../../src/sandbox/index.js';
import { createTransferClock, STALL_TIMEOUT_MS, type TransferClock } from '../../test/helpers/node-clock.js';
import type { AnyEffect, FaultKind, Step } from './faults.js';

/** What a user gets when a fault strikes a step. */
export interface Cell {
  /** When it strikes once. */
  once: string;
  /** When it strikes each time. */
  always: string;
  /** What must never be: something finished that is lost, or fetched again, or a second run that does not end well. */
  problems: string[];
}

/** The first is left in peace; each of the others is struck in its own way. */
const ASSETS = ['asset_calm', 'asset_once', 'asset_always'];
const IMAGE_SIZE = 800;
const GOES_ON = 'goes on';
/** For faults that only time ends: real time, so it is short, but long enough for a machine with much to do. */
const SHORT_TIMEOUT_MS = 1500;

/** A sandbox that the faults of one step strike one after the other, and its time. */
export interface Column {
  sandbox: Sandbox;
  clock: TransferClock;
}

/** Starts the sandbox for a step. */
export async function startColumn(step: Step): Promise<Column> {
  const clock = createTransferClock();
  // An archive that is larger than the first look at its end.
  const imageSize = step === 'transfer' ? IMAGE_SIZE : 8;
  return { clock, sandbox: await startSandbox({ now: clock.now, jobDurationMs: 100, imageSize }) };
}

/** Saves three assets, of which two are struck by a fault, and then all of them again without it. */
export async function runCell(step: Step, fault: FaultKind, { sandbox, clock }: Column): Promise<Cell | undefined> {
  const effect = fault.effectAt(step, clock.now());
  if (effect === undefined) return undefined;
  const directory = await mkdtemp(join(tmpdir(), 'scenario-downloads-faults-'));
  const violationsBefore = sandbox.violations.length;
  try {
    const { baseUrl, credentials } = sandbox;
    const settings = fault.isSilent ? { requestTimeoutMs: SHORT_TIMEOUT_MS, retry: false as const } : {};
    const client = createScenarioClient({ baseUrl, ...credentials, clock, ...settings });
    const onStrike = () => fault.isSilent && setTimeout(() => clock.stall(), 30);
    const strikes = strike(sandbox, step, effect, onStrike);
    const isSingle = step === 'resolve' || step === 'asset';
    const save = () =>
      saveAll(client, { assetIds: ASSETS }, {
        directory,
        clock,
        batchSize: 1,
        concurrency: 1,
        stallTimeoutMs: STALL_TIMEOUT_MS,
        ...(isSingle && { targetFormat: 'png' as const }),
      }); // prettier-ignore
    const first = await save();
    const hits = strikes.map((fault) => fault.hits);
    sandbox.faults.clear();
    const second = await save();
    const [calm, once, always] = ASSETS.map((_, index) => outcomeOf(first, index, isSingle));
    const problems = [
      ...compareRuns(first, second),
      ...sandbox.violations.slice(violationsBefore).map(({ message }) => message),
    ];
    // After 401, what was not requested yet is given up without a request.
    if (hits.includes(0) && fault.name !== '401') problems.push('the fault did not strike');
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
    // The effects were chosen for the step, which is more than the type of a fault can tell.
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

function describe({ code, status, reason }: ErrorReport): string {
  return [`\`${code}\``, status, reason].filter((part) => part !== undefined).join(' ');
}

/** The second run has to find what the first has finished, and to finish the rest. */
function compareRuns(first: SaveReport, second: SaveReport): string[] {
  const problems: string[] = [];
  if (!second.ok)
    problems.push(`the second run ended with ${JSON.stringify(second.batches.map(({ error }) => error))}`);
  const present = new Set(second.skipped.map(({ path }) => path));
  for (const { path } of first.batches.flatMap(({ files }) => files))
    if (!present.has(path)) problems.push(`${path} was finished, and was not there for the second run`);
  if (JSON.stringify(first).includes('signature')) problems.push('a signature is in the report');
  return problems;
}
