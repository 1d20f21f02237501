import { chownSync, chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PRIVATE_FOLDER } from '../../src/node/names/file-names.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { readTree } from '../fuzz/read-tree.js';
import type { DiskFault, DiskScene } from './disk-fault.js';
import { bundleSaveProgram, NOBODY, saveInChild, type Confinement } from './save-child.js';
import { CALM, GOES_ON, saveOnce, STRUCK, type SaveEnd, type SaveOrder } from './save-once.js';
import { CANARY, collectSignatures, findSecrets } from './secrets.js';

/** What all cells about the disk share. */
export interface DiskBench {
  sandbox: Sandbox;
  /** The path of the program that saves in a separate process. */
  program: string;
  /** The files of an undisturbed run: `length:CRC-32` by path. */
  expected: ReadonlyMap<string, string>;
  close: () => Promise<void>;
}

/** The outcome of a disk fault for the user. */
export interface DiskCell {
  outcome: string;
  /** Violations of what must always hold. */
  problems: string[];
}

const FILES = 6;
const SELECTION = [CALM, STRUCK];

export async function startDiskBench(): Promise<DiskBench> {
  const work = mkdtempSync(join(tmpdir(), 'scenario-downloads-disk-'));
  // The user nobody must be able to read the program.
  chmodSync(work, 0o755);
  const settings = { jobDurationMs: 0, imageSize: 200, assetsPerInference: FILES };
  const sandbox = await startSandbox({ ...settings, credentials: CANARY });
  const close = async () => {
    await sandbox.close();
    await rm(work, { recursive: true, force: true });
  };
  try {
    const directory = join(work, 'undisturbed');
    await saveOnce({ baseUrl: sandbox.baseUrl, directory, inferenceIds: SELECTION });
    return { sandbox, program: await bundleSaveProgram(work), expected: await readTree(directory), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Saves one batch without a fault, then two batches with a fault in the second one, then both again without it. */
export async function runDiskCell(fault: DiskFault, bench: DiskBench): Promise<DiskCell> {
  const { sandbox, expected } = bench;
  const work = mkdtempSync(join(tmpdir(), 'scenario-downloads-disk-'));
  chmodSync(work, 0o755);
  const scene = makeScene(work, expected);
  const signatures = new Set<string>();
  const marks = { requests: sandbox.requests.length, violations: sandbox.violations.length };
  const contents = new Set(expected.values());
  const isNobody = fault.confinement?.isNobody ?? false;
  const save = (inferenceIds: string[], confinement?: Confinement, changes: Partial<SaveOrder> = {}): Promise<SaveEnd> => {
    const order = { baseUrl: sandbox.baseUrl, directory: scene.directory, inferenceIds, ...changes };
    return confinement === undefined ? saveOnce(order) : saveInChild(bench.program, order, confinement);
  }; // prettier-ignore
  try {
    fault.mount?.(scene);
    const keep = scene.undo.splice(0);
    const calm = await save([CALM]);
    if (isNobody && process.getuid?.() === 0) giveAway(scene.directory);
    let struckAt = 0;
    let first: SaveEnd;
    try {
      collectSignatures(sandbox, signatures);
      strikeAt(sandbox, () => struckAt++ || fault.strike?.(scene));
      fault.prepare?.(scene);
      first = await save(SELECTION, fault.confinement, fault.order);
    } finally {
      sandbox.faults.clear();
      for (const undo of scene.undo.splice(0).reverse()) undo();
      scene.undo.push(...keep);
    }
    const problems = [...(await findSecrets({ ...scene, shown: first.shown, sandbox, firstRequest: marks.requests, signatures }))]; // prettier-ignore
    if (fault.strike && struckAt === 0) problems.push('the fault did not strike');
    const finished = await readTree(scene.directory);
    for (const [path, content] of finished)
      if (!contents.has(content)) problems.push(`${path} is no file of the archive`);
    for (const path of [...calm.saved, ...first.saved])
      if (!finished.has(path)) problems.push(`${path} was finished and is not there`);

    const second = await save(SELECTION);
    if (second.outcome !== GOES_ON) problems.push(`the run without the fault ended with ${second.outcome}`);
    for (const path of second.saved) if (finished.has(path)) problems.push(`${path} was finished and is fetched again`);
    const tree = await readTree(scene.directory);
    if (JSON.stringify([...tree].sort()) !== JSON.stringify([...expected].sort()))
      problems.push('the run without the fault did not end with the files of an undisturbed one');
    const left = readdirSync(scene.own);
    if (left.join() !== 'journal.jsonl') problems.push(`${left.join(', ')} is left behind`);
    problems.push(...sandbox.violations.slice(marks.violations).map(({ message }) => message));
    return { outcome: first.outcome, problems };
  } finally {
    for (const undo of scene.undo.reverse()) undo();
    rmSync(work, { recursive: true, force: true });
  }
}

function makeScene(work: string, expected: DiskBench['expected']): DiskScene {
  const directory = join(work, 'files');
  const aside = join(work, 'aside');
  mkdirSync(directory);
  mkdirSync(aside);
  const own = join(directory, PRIVATE_FOLDER);
  const lengths = new Map([...expected].map(([path, content]) => [path, Number.parseInt(content, 10)]));
  return { directory, own, aside, journal: join(own, 'journal.jsonl'), expected: lengths, undo: [] };
}

/** Makes the user nobody the owner of a folder and everything in it. */
function giveAway(folder: string): void {
  for (const path of ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })])
    chownSync(join(folder, path), NOBODY, NOBODY);
}

/** Calls `strike` whenever the affected archive is requested from the file host. */
function strikeAt(sandbox: Sandbox, strike: () => unknown): void {
  const when = ({ path }: { path: string }): boolean => {
    const job = sandbox.jobs.find(({ jobId }) => path.includes(jobId));
    if (job?.assetIds.some((id) => id.startsWith(`${STRUCK}-`))) strike();
    return false;
  };
  sandbox.faults.add({ on: 'file', effect: { type: 'expire' }, when });
}
