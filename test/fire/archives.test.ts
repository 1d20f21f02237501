import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { checkInMemory } from '../../scripts/fuzz/check-in-memory.js';
import { checkOnDisk } from '../../scripts/fuzz/check-on-disk.js';
import { compare } from '../../scripts/fuzz/compare.js';
import { createRandom } from '../../scripts/fuzz/random.js';
import { archiveOfCase, runCases } from '../../scripts/fuzz/run-cases.js';
import { startPythonReader } from '../../scripts/fuzz/second-reader.js';
import { makeZip } from '../helpers/node-zip.js';

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'scenario-downloads-fire-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

it('1,500 archives, most of them damaged, do no harm, and sound ones are read', async () => {
  const counts = await runCases(20_240_601, { from: 0, to: 1500, folder: await makeFolder() });
  expect(counts.findings).toEqual([]);
  expect(counts.accepted).toBeGreaterThan(200);
  // They are of every kind, or they would prove nothing.
  for (const reason of [
    'not-a-zip',
    'truncated',
    'invalid-data',
    'crc-mismatch',
    'overlap',
    'size-mismatch',
    'encrypted',
  ])
    // prettier-ignore
    expect(counts.reasons[reason], reason).toBeGreaterThan(0);
});

it('what Python reads and this reader refuses is refused for a reason', async (context) => {
  const python = await startPythonReader();
  if (python === undefined) return context.skip('there is no python3');
  onTestFinished(() => python.close());
  let read = 0;
  const counts = await runCases(7, { from: 0, to: 300, folder: await makeFolder() }, async (_, { bytes }, verdict) => {
    const files = await python.read(bytes);
    if (files) read++;
    return compare('python', bytes, verdict, files).findings;
  });
  expect(counts.findings).toEqual([]);
  expect(read).toBeGreaterThan(50);
});

it('the same seed makes the same archive', () => {
  expect(archiveOfCase(42).bytes).toEqual(archiveOfCase(42).bytes);
  expect(archiveOfCase(42).bytes).not.toEqual(archiveOfCase(43).bytes);
});

it('both ways of checking come to the same verdict', async () => {
  const folder = await makeFolder();
  for (let seed = 1; seed <= 30; seed++) {
    const { bytes } = archiveOfCase(seed);
    const [inMemory, onDisk] = [
      await checkInMemory(bytes, createRandom(seed)),
      await checkOnDisk(bytes, join(folder, `${seed}`), createRandom(seed)),
    ];
    expect({ ...onDisk, files: [] }, `case ${seed}`).toEqual({ ...inMemory, files: [] });
  }
});

it('a difference without a reason is a finding', async () => {
  const bytes = makeZip([{ name: 'a', data: 'x' }]);
  const verdict = await checkInMemory(bytes, createRandom(1));
  expect(compare('python', bytes, verdict, [[1, 2]]).findings).toHaveLength(1);
  const refused = { ...verdict, isAccepted: false, reasons: ['invalid-data'] };
  expect(compare('python', bytes, refused, [[1, 2]]).findings).toHaveLength(1);
  expect(compare('python', bytes, { ...refused, reasons: ['symlink'] }, [[1, 2]])).toEqual({ explained: ['symlink'], findings: [] }); // prettier-ignore
});

it.each([
  ['unzip', 'local-crc', { crc: 1 }, false],
  ['unzip', undefined, { crc: 1 }, true],
  ['unzip', undefined, { crc: 1, descriptor: true }, false],
  ['python', undefined, { crc: 1 }, false],
  ['bsdtar', 'unread', { mode: 0o060666 }, true],
  ['bsdtar', undefined, { mode: 0o100666 }, true],
  ['bsdtar', 'unread', { crc: 1, data: '' }, false],
  ['bsdtar', undefined, { crc: 1 }, false],
  ['unzip', undefined, { mode: 0o060666 }, true],
] as const)('a wrong CRC-32 that %s takes is explained as %s (%#)', async (reader, name, lie, isDamaged) => {
  const data = Buffer.from('what is in it');
  const bytes = makeZip([{ name: 'a', data: 'x' }, { name: 'b', data, ...lie }]); // prettier-ignore
  if (isDamaged) bytes[bytes.indexOf(data)] = 0;
  const verdict = await checkInMemory(bytes, createRandom(1));
  expect(verdict.reasons).toEqual(['crc-mismatch']);
  const { explained, findings } = compare(reader, bytes, verdict, 'accepted');
  expect({ explained, findings: findings.length }).toEqual(name ? { explained: [name], findings: 0 } : { explained: [], findings: 1 }); // prettier-ignore
});
