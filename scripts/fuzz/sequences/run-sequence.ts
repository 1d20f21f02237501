import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createScenarioClient } from '../../../src/client.js';
import { createTransferClock } from '../../../test/helpers/node-clock.js';
import { createRandom } from '../random.js';
import type { AssetService } from './asset-service.js';
import { disturb } from './disturb.js';
import { createWorld } from './random-world.js';
import { repeat, saveSomething } from './save-step.js';
import type { Sequence } from './sequence.js';

/**
 * Saves overlapping selections into one directory, one after another, and aborts some of the runs. In between, it
 * edits, moves and deletes files, as users do.
 */
export async function runSequence(seed: number, service: AssetService, work: string): Promise<Sequence> {
  const random = createRandom(seed);
  const clock = createTransferClock();
  const sequence: Sequence = {
    random,
    world: createWorld(random),
    client: createScenarioClient({ baseUrl: service.baseUrl, apiKey: 'key', apiSecret: 'secret', clock }),
    clock,
    requests: service.requests,
    directory: await mkdtemp(join(work, 'sequence-')),
    steps: [],
    findings: [],
    runs: 0,
    finished: [],
    mine: new Map(),
    savedPaths: new Set(),
    dispensable: new Set(),
    isWorldChanged: false,
  };
  service.enter(sequence.world, createRandom(seed + 1));
  const steps = 3 + random.below(6);
  for (let step = 0; step < steps && sequence.findings.length === 0; step++) {
    await (random.next() < 0.6 ? saveSomething(sequence) : disturb(sequence));
  }
  // Files that nothing has changed are still present, although later runs with the same batches may have moved them.
  for (const run of sequence.isWorldChanged ? [] : sequence.finished) {
    if (!run.isUntouched || sequence.findings.length > 0) continue;
    sequence.steps.push(`save again ${JSON.stringify({ ...run.request, ...run.options })}`);
    await repeat(sequence, run);
  }
  await rm(sequence.directory, { recursive: true, force: true });
  return sequence;
}
