import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createScenarioClient } from '../../src/client.js';
import { saveAll, type SaveEvent } from '../../src/node/index.js';
import { startSandbox, type Fault, type Sandbox } from '../../src/sandbox/index.js';
import { readTree } from '../../scripts/fuzz/read-tree.js';
import { createTransferClock } from '../helpers/node-clock.js';

const seed = 20_240_601;
const ASSETS = Array.from({ length: 9 }, (_, at) => `asset_${at}`);
const BATCH_SIZE = 3;

/** Faults that come from what is asked, not from what is chosen: each ends or spoils one answer. */
const EFFECTS = {
  any: [
    { type: 'drop' },
    { type: 'drop', afterBytes: 40 },
    { type: 'status', status: 429 },
    { type: 'status', status: 500 },
    { type: 'status', status: 503 },
    { type: 'status', status: 404 },
    { type: 'body', body: '<html>' },
  ],
  downloadRequestBatch: [{ type: 'dropAfterWork' }],
  downloadGetStatus: [{ type: 'jobStatus', jobStatus: 'failure' }, { type: 'withoutUrl' }],
  file: [
    { type: 'expire' },
    { type: 'noRanges' },
    { type: 'wrongRange' },
    { type: 'corrupt', at: 150 },
    { type: 'truncate', bytes: 300 },
    { type: 'changeETag' },
  ],
} as const;

const fault = fc.constantFrom('downloadRequestBatch', 'downloadGetStatus', 'file').chain((on) =>
  fc.record({
    on: fc.constant(on),
    effect: fc.constantFrom(...EFFECTS.any, ...EFFECTS[on]),
    after: fc.nat({ max: 4 }),
    times: fc.integer({ min: 1, max: 6 }),
  }),
) as fc.Arbitrary<Fault>;
/** A run: its faults, after how many events it is called off, and how much it does at once. */
const run = fc.record({
  faults: fc.array(fault, { minLength: 1, maxLength: 5 }),
  abortAfter: fc.option(fc.nat({ max: 20 }), { nil: undefined, freq: 2 }),
  concurrency: fc.integer({ min: 1, max: 3 }),
  connections: fc.integer({ min: 1, max: 4 }),
});

interface Disturbance {
  faults: readonly Fault[];
  abortAfter?: number | undefined;
  concurrency?: number;
  connections?: number;
}

/** Saves once; tells what was fetched, and whether all of it is there. */
async function save(sandbox: Sandbox, directory: string, disturbance: Disturbance) {
  const { faults, abortAfter, ...options } = disturbance;
  const clock = createTransferClock();
  const { baseUrl, credentials } = sandbox;
  const stop = new AbortController();
  const reason = new Error('called off');
  const saved: string[] = [];
  let events = 0;
  const onProgress = (event: SaveEvent) => {
    if (event.type === 'file-saved') saved.push(event.path);
    if (events++ === abortAfter) stop.abort(reason);
  };
  faults.forEach((fault) => sandbox.faults.add(fault));
  try {
    const client = createScenarioClient({ baseUrl, ...credentials, clock, onProgress });
    const settings = { directory, clock, onProgress, signal: stop.signal, batchSize: BATCH_SIZE };
    const { ok } = await saveAll(client, { assetIds: ASSETS }, { ...settings, ...options });
    return { ok, saved };
  } catch (error) {
    // Nothing but being called off ends a run on a disk that is sound.
    if (error !== reason) throw error;
    return { ok: false, saved };
  } finally {
    sandbox.faults.clear();
  }
}

it('any interleaving of failures, aborts and restarts ends in the same files as an undisturbed run', async () => {
  const work = await mkdtemp(join(tmpdir(), 'scenario-downloads-interleavings-'));
  const sandbox = await startSandbox({ jobDurationMs: 0, imageSize: 8 });
  let disturbed = 0;
  let number = 0;
  try {
    const undisturbed = join(work, 'undisturbed');
    expect(await save(sandbox, undisturbed, { faults: [] })).toMatchObject({ ok: true });
    const expected = await readTree(undisturbed);
    expect(expected.size).toBe(ASSETS.length);

    await fc.assert(
      fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 4 }), async (runs) => {
        const directory = join(work, `${number++}`);
        let finished = new Map<string, string>();
        for (const disturbance of [...runs, { faults: [] }]) {
          const { ok, saved } = await save(sandbox, directory, disturbance);
          if (!ok) disturbed++;
          for (const path of saved) expect(finished.has(path), `${path} is fetched again`).toBe(false);
          const tree = await readTree(directory).catch(() => new Map<string, string>());
          for (const path of finished.keys()) expect(tree.has(path), `${path} is lost`).toBe(true);
          for (const [path, content] of tree) expect(content, path).toBe(expected.get(path));
          for (const path of saved) expect(tree.has(path), `${path} is said to be there`).toBe(true);
          if (ok) expect(tree).toEqual(expected);
          finished = tree;
        }
        expect(finished).toEqual(expected);
        await rm(directory, { recursive: true, force: true });
      }),
      { seed, numRuns: 30 },
    );
    expect(disturbed).toBeGreaterThan(20);
    expect(sandbox.violations).toEqual([]);
  } finally {
    await sandbox.close();
    await rm(work, { recursive: true, force: true });
  }
});
