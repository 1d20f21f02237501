import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seedOfCase } from './random.js';
import type { Finding } from './run-cases.js';
import { startAssetService } from './sequences/asset-service.js';
import { runSequence } from './sequences/run-sequence.js';

/** The result of a number of sequences. */
export interface SequencesResult {
  sequences: number;
  /** How many runs of `saveAll` there were, including aborted ones. */
  runs: number;
  findings: Finding[];
}

/** Runs one sequence for each seed. */
export async function runSequences(seeds: Iterable<number>): Promise<SequencesResult> {
  const work = await mkdtemp(join(tmpdir(), 'scenario-downloads-sequences-'));
  const service = await startAssetService();
  const result: SequencesResult = { sequences: 0, runs: 0, findings: [] };
  try {
    for (const seed of seeds) {
      const { runs, findings, steps, world } = await runSequence(seed, service, work);
      result.sequences++;
      result.runs += runs;
      const assets = [...world.assets].map(([id, { name, data }]) => `${id}: ${name} "${data}"`).join(', ');
      const sets = [...world.sets].map(([id, ids]) => `${id}: ${ids.join(' ')}`).join(', ');
      const story = [assets, sets, ...steps].map((line) => `\n  ${line}`).join('');
      if (findings.length > 0) result.findings.push({ seed, text: `${findings.join('; ')}${story}` });
    }
    return result;
  } finally {
    await service.close();
    await rm(work, { recursive: true, force: true });
  }
}

/** Yields the seeds of a number of cases. */
export function* seedsOf(seed: number, cases: number): Generator<number> {
  for (let number = 0; number < cases; number++) yield seedOfCase(seed, number);
}
