/**
 * Fuzzes the package: reads damaged and hostile archives, kills downloads at random moments, or saves overlapping
 * selections into one directory.
 *
 *     npm run fuzz                              reads 200,000 archives
 *     npm run fuzz -- --cases 500 --seed 7      reads 500 other archives
 *     npm run fuzz -- --tools 5                 gives one archive in 5 to unzip and bsdtar, too, instead of one in 25
 *     npm run fuzz -- --case 1234567            repeats one case, by the seed that a finding names
 *     npm run fuzz -- --kills 200               kills downloads 200 times, and finishes each of them at last
 *     npm run fuzz -- --sequences 1000          saves into one directory, with changes by a user between the runs
 *     npm run fuzz -- --sequence 1234567        repeats one sequence, by the seed that a finding names
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EXPLANATIONS } from './fuzz/compare.js';
import { fuzzArchives } from './fuzz/fuzz-archives.js';
import { openOtherReaders } from './fuzz/other-readers.js';
import { runKills } from './fuzz/run-kills.js';
import { runSequences, seedsOf } from './fuzz/run-sequences.js';
import { runCase, type Finding } from './fuzz/run-cases.js';

const { values } = parseArgs({
  options: {
    cases: { type: 'string' },
    seed: { type: 'string', default: '1' },
    tools: { type: 'string', default: '25' },
    case: { type: 'string' },
    kills: { type: 'string' },
    sequences: { type: 'string' },
    sequence: { type: 'string' },
  },
});
const seed = numberOf('seed', values.seed);
const startedAt = performance.now();
const seconds = () => (performance.now() - startedAt) / 1000;
const findings: Finding[] = [];

if (values.case !== undefined) await repeatCase(numberOf('case', values.case));
else if (values.kills !== undefined) await kill(numberOf('kills', values.kills));
else if (values.sequence !== undefined) await follow([numberOf('sequence', values.sequence)]);
else if (values.sequences !== undefined) await follow(seedsOf(seed, numberOf('sequences', values.sequences)));
else await fuzz(numberOf('cases', values.cases ?? '200000'));

for (const { seed: caseSeed, text } of findings.slice(0, 50)) console.error(`FINDING ${caseSeed}: ${text}`);
console.log(`${findings.length} findings`);
process.exitCode = findings.length > 0 ? 1 : 0;

async function fuzz(cases: number): Promise<void> {
  let toldAt = 0;
  let told = 0;
  const order = { seed, cases, toolsOnceIn: numberOf('tools', values.tools) };
  const result = await fuzzArchives(order, ({ cases: done, findings: found }) => {
    for (; told < found.length; told++) console.error(found[told]);
    if (seconds() - toldAt < 5) return;
    toldAt = seconds();
    console.error(`${done} cases, ${Math.round(done / toldAt)} a second, ${found.length} findings`);
  });
  findings.push(...result.findings);
  console.log(`${result.cases} archives with seed ${seed} in ${seconds().toFixed(1)} s, ${Math.round(result.cases / seconds())} a second`); // prettier-ignore
  console.log(`taken whole: ${result.accepted}; not, because of: ${list(result.reasons)}`);
  console.log(`compared with ${list(result.compared) || 'no other reader: none is installed'}`);
  console.log('explanations of what another reader takes and this one does not:');
  for (const [name, count] of byCount(result.explained)) console.log(`  ${count} ${name}: ${EXPLANATIONS[name] ?? ''}`);
  console.log(`peak memory: ${Math.round(result.peakBytes / 1e6)} MB`);
}

async function kill(kills: number): Promise<void> {
  const result = await runKills(seed, kills);
  findings.push(...result.findings);
  console.log(`${result.kills} kills in ${result.rounds} downloads with seed ${seed}, ${seconds().toFixed(1)} s`);
}

async function follow(seeds: Iterable<number>): Promise<void> {
  const result = await runSequences(seeds);
  findings.push(...result.findings);
  console.log(`${result.runs} runs in ${result.sequences} sequences, ${seconds().toFixed(1)} s`);
}

async function repeatCase(caseSeed: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'scenario-downloads-fuzz-'));
  const others = await openOtherReaders();
  try {
    const { archive, verdict } = await runCase(caseSeed, folder);
    console.log({ bytes: archive.bytes.length, isSound: archive.isSound, ...verdict });
    const comparisons = await others.compare(archive.bytes, verdict, true, folder);
    for (const { reader, explained } of comparisons) console.log(reader, explained);
    const texts = comparisons.flatMap(({ reader, findings: found }) => found.map((text) => `${reader}: ${text}`));
    findings.push(...[...verdict.findings, ...texts].map((text) => ({ seed: caseSeed, text })));
  } finally {
    await others.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function list(counts: Readonly<Record<string, number>>): string {
  return byCount(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function byCount(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts).sort(([, one], [, other]) => other - one);
}

function numberOf(name: string, value: string): number {
  if (/^\d+$/.test(value)) return Number(value);
  throw new TypeError(`--${name} must be a whole number, but is ${JSON.stringify(value)}.`);
}
