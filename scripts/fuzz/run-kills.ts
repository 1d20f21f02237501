import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { createRandom, seedOfCase } from './random.js';
import { readTree } from './read-tree.js';
import type { Finding } from './run-cases.js';
import { bundleSaveProgram, runSaveProgram, type SaveOrder } from './save-child.js';

/** The result of killing downloads. */
export interface KillResult {
  /** How often a download was killed before it had finished. */
  kills: number;
  /** How many downloads there were. The last run of each is not killed. */
  rounds: number;
  findings: Finding[];
}

const KILLS_PER_ROUND = 4;
const ASSETS = 40;
const BATCH_SIZE = 20;

/** Kills downloads at pseudo-random moments, restarts them, and checks the directory after each run. */
export async function runKills(seed: number, kills: number): Promise<KillResult> {
  const work = await mkdtemp(join(tmpdir(), 'scenario-downloads-kills-'));
  const result: KillResult = { kills: 0, rounds: 0, findings: [] };
  const sandbox = await startSandbox({ jobDurationMs: 20, imageSize: 96, archive: { compression: 'deflated' } });
  // Slow the transfers down, so that downloads can be killed in the middle.
  sandbox.faults.add({ on: 'file', times: Infinity, effect: { type: 'trickle', chunkBytes: 24_000, everyMs: 8 } });
  try {
    const program = await bundleSaveProgram(work);
    const order = { baseUrl: sandbox.baseUrl, assets: ASSETS, batchSize: BATCH_SIZE };
    const undisturbed = { ...order, directory: join(work, 'undisturbed') };
    await mkdir(undisturbed.directory);
    const { code, stderr } = await runSaveProgram(program, undisturbed);
    if (code !== 0) throw new Error(`The undisturbed download ended with code ${code ?? 'none'}: ${stderr}`);
    const expected = await readTree(undisturbed.directory);
    // Measure a second run, because the sandbox creates the archives during the first one.
    const startedAt = performance.now();
    await runSaveProgram(program, { ...undisturbed, directory: join(work, 'measured') });
    const durationMs = performance.now() - startedAt;

    // The number of rounds is limited, because on a busy machine the kill may often come too late.
    while (result.kills < kills && result.rounds < 4 * kills) {
      const directory = join(work, `round-${result.rounds}`);
      await mkdir(directory);
      const left = Math.min(KILLS_PER_ROUND, kills - result.kills);
      await runRound(seedOfCase(seed, result.rounds++), { program, order: { ...order, directory }, durationMs, expected, left, sandbox }, result); // prettier-ignore
      await rm(directory, { recursive: true, force: true });
    }
    for (const { message } of sandbox.violations) result.findings.push({ seed, text: message });
    return result;
  } finally {
    await sandbox.close();
    await rm(work, { recursive: true, force: true });
  }
}

interface Round {
  program: string;
  order: SaveOrder;
  durationMs: number;
  expected: ReadonlyMap<string, string>;
  /** How often to kill the download. */
  left: number;
  sandbox: Sandbox;
}

async function runRound(seed: number, round: Round, result: KillResult): Promise<void> {
  const { program, order, durationMs, expected, left, sandbox } = round;
  const random = createRandom(seed);
  const jobsBefore = sandbox.jobs.length;
  const finished = new Set<string>();
  const note = (text: string) => result.findings.push({ seed, text });
  for (let run = 0; run <= left; run++) {
    const isLast = run === left;
    const end = await runSaveProgram(program, order, isLast ? undefined : random.next() * durationMs);
    if (end.code === null) result.kills++;
    else if (end.code !== 0) note(`ended with code ${end.code}: ${end.stderr}`);
    for (const path of end.saved) if (finished.has(path)) note(`fetched ${path} again, which was finished`);

    const tree = await readTree(order.directory);
    for (const [path, content] of tree) {
      if (expected.get(path) !== content) note(`has ${path} with ${content}, not ${expected.get(path) ?? 'at all'}`);
      finished.add(path);
    }
    for (const path of finished) if (!tree.has(path)) note(`lost ${path}, which was finished`);
    if (end.code === null) continue;
    // The download finished before it could be killed, or this run was the last one.
    if (tree.size !== expected.size) note(`ended with ${tree.size} files of ${expected.size}`);
    const own = await readdir(join(order.directory, '.scenario-downloads'));
    if (own.join() !== 'journal.jsonl') note(`left ${own.join(', ')} behind`);
    break;
  }
  // A job in the journal is not requested again, unless its journal entry was cut off.
  const jobs = sandbox.jobs.length - jobsBefore;
  if (jobs > Math.ceil(ASSETS / BATCH_SIZE) + 2 * left) note(`requested ${jobs} jobs`);
}
