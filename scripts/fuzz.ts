/**
 * Feeds the ZIP reader with damaged and hostile archives, and ends downloads at random moments.
 *
 *     npm run fuzz                              100,000 archives
 *     npm run fuzz -- --cases 500 --seed 7      other ones
 *     npm run fuzz -- --case 1234567            one of them again, by the seed that a finding names
 *     npm run fuzz -- --kills 200               downloads that are killed, and run to their end
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzzArchives } from './fuzz/fuzz-archives.js';
import { runKills } from './fuzz/run-kills.js';
import { runCase, type Finding } from './fuzz/run-cases.js';

const { values } = parseArgs({
  options: {
    cases: { type: 'string' },
    seed: { type: 'string', default: '1' },
    case: { type: 'string' },
    kills: { type: 'string' },
  },
});
const seed = numberOf('seed', values.seed);
const startedAt = performance.now();
const seconds = () => (performance.now() - startedAt) / 1000;
const findings: Finding[] = [];

if (values.case !== undefined) await repeatCase(numberOf('case', values.case));
else if (values.kills !== undefined) await kill(numberOf('kills', values.kills));
else await fuzz(numberOf('cases', values.cases ?? '100000'));

for (const { seed: caseSeed, text } of findings.slice(0, 50)) console.error(`FINDING ${caseSeed}: ${text}`);
console.log(`${findings.length} findings`);
process.exitCode = findings.length > 0 ? 1 : 0;

async function fuzz(cases: number): Promise<void> {
  let toldAt = 0;
  const result = await fuzzArchives(seed, cases, ({ cases: done, findings: found }) => {
    if (seconds() - toldAt < 5) return;
    toldAt = seconds();
    console.error(`${done} cases, ${Math.round(done / toldAt)} a second, ${found.length} findings`);
  });
  findings.push(...result.findings);
  console.log(`${result.cases} archives with seed ${seed} in ${seconds().toFixed(1)} s, ${Math.round(result.cases / seconds())} a second`); // prettier-ignore
  console.log(`taken whole: ${result.accepted}; not, because of: ${list(result.reasons)}`);
  console.log(`compared with ${list(result.compared) || 'no other reader: none is installed'}`);
  console.log(`differences, all explained: ${list(result.explained)}`);
  console.log(`peak memory: ${Math.round(result.peakBytes / 1e6)} MB`);
}

async function kill(kills: number): Promise<void> {
  const result = await runKills(seed, kills);
  findings.push(...result.findings);
  console.log(`${result.kills} kills in ${result.rounds} downloads with seed ${seed}, ${seconds().toFixed(1)} s`);
}

async function repeatCase(caseSeed: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'scenario-downloads-fuzz-'));
  try {
    const { archive, verdict } = await runCase(caseSeed, folder);
    console.log({ bytes: archive.bytes.length, isSound: archive.isSound, ...verdict });
    findings.push(...verdict.findings.map((text) => ({ seed: caseSeed, text })));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([, one], [, other]) => other - one)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function numberOf(name: string, value: string): number {
  if (/^\d+$/.test(value)) return Number(value);
  throw new TypeError(`--${name} must be a whole number, but is ${JSON.stringify(value)}.`);
}
