/**
 * Compares `scenario-downloads get` with other download tools. Whole processes are measured, and the tools take turns.
 * Needs a build (`npm run build`).
 *
 *     npm run bench                           all cases; temporarily needs about 14 GB of disk space
 *     npm run bench -- --runs 3 --only small  fewer runs, one case
 */
import { chmod, mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { planBatches } from '../src/index.js';
import { batchKey } from '../src/node/planned-batches.js';
import { CASES, type BenchCase } from './bench/cases.js';
import { makeArchive } from './bench/archives.js';
import { COMMAND } from './lib/build-package.js';
import { isInstalled } from './lib/is-installed.js';
import { measure, settle, summarise, warm, type Run } from './bench/measure.js';
import { startApi, startFileServer } from './bench/servers.js';
import { printCase } from './bench/print.js';
import { printStartUp } from './bench/start-up.js';
import { OWN, tools } from './bench/tools.js';

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    only: { type: 'string', multiple: true },
    keep: { type: 'string' },
  },
});
const folder =
  flags.keep === undefined ? await mkdtemp(join(tmpdir(), 'scenario-downloads-bench-')) : resolve(flags.keep);
await mkdir(folder, { recursive: true });
// When root starts nginx, its workers run as the user nobody and must be able to read the folder.
await chmod(folder, 0o755);
const command = resolve(import.meta.dirname, '../dist', COMMAND);
const files = await startFileServer(folder);
const api = await startApi();
const memories = new Map<string, number>();
console.log(`Files from ${files.name}; Node ${process.version}; ${flags.runs} runs each, in turns.`);

/** Creates a destination whose journal already contains the job, so that the first delay of polling is not measured. */
async function makeTarget(target: string): Promise<void> {
  const [batch] = planBatches({ inferenceIds: ['bench'] });
  if (batch === undefined) throw new Error('A selection of one id has a batch.');
  const line = {
    type: 'job',
    batch: batchKey(batch, new URL(api.baseUrl).hostname),
    jobId: 'job_bench',
    requestedAt: 0,
  };
  await mkdir(join(target, '.scenario-downloads'), { recursive: true });
  await writeFile(join(target, '.scenario-downloads/journal.jsonl'), `${JSON.stringify(line)}\n`);
}

async function runOnce(shell: string, target: string): Promise<Run> {
  const env = {
    ...process.env,
    // Node 20 reads these certificates at every start, which takes 35 ms, and the benchmark does not use HTTPS.
    NODE_EXTRA_CA_CERTS: undefined,
    SCENARIO_BASE_URL: api.baseUrl,
    SCENARIO_SDK_API_KEY: 'bench',
    SCENARIO_SDK_API_SECRET: 'bench',
  };
  await makeTarget(target);
  await settle();
  const run = await measure(shell, env);
  await empty(target);
  return run;
}

/**
 * Truncates the files instead of removing them, which frees their disk space until the benchmark is over. For about a
 * minute, ext4 avoids inodes that were freed recently, so creating files after many were removed costs a millisecond
 * each.
 */
async function empty(target: string): Promise<void> {
  for (const entry of await readdir(target, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) await truncate(join(entry.parentPath, entry.name));
  }
}

async function runCase(benchCase: BenchCase): Promise<void> {
  const path = await makeArchive(folder, benchCase.archive);
  await warm(path);
  const url = `${benchCase.isSlow ? files.slowUrl : files.url}/${benchCase.archive.name}.zip`;
  api.setUrl(url);
  const results = new Map<string, Run[]>();
  for (let round = 0; round < Number(flags.runs); round++) {
    for (const tool of tools(command)) {
      if (!benchCase.tools.includes(tool.name) || !(await isInstalled(tool.needs))) continue;
      const target = join(
        folder,
        `out-${process.pid}-${benchCase.archive.name}-${round}-${tool.name.replaceAll(/[^a-z]+/g, '-')}`,
      );
      results.set(tool.name, [...(results.get(tool.name) ?? []), await runOnce(tool.shell(url, target), target)]);
    }
  }
  const rows = [...results].map(([name, runs]) => ({
    name,
    ...summarise(runs.map(({ seconds }) => seconds)),
    megabytes: Math.max(...runs.map(({ megabytes }) => megabytes)),
  }));
  printCase(benchCase, rows, memories);
  memories.set(benchCase.archive.name, rows.find(({ name }) => name === OWN)?.megabytes ?? 0);
  if (flags.keep === undefined) await rm(path, { force: true });
}

try {
  if (flags.only === undefined) await printStartUp(command);
  for (const benchCase of CASES) {
    if (flags.only === undefined || flags.only.includes(benchCase.archive.name)) await runCase(benchCase);
  }
} finally {
  api.close();
  await files.close();
  if (flags.keep === undefined) await rm(folder, { recursive: true, force: true });
}
