import { truncate, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planBatches, splitBatch, type Batch } from '../../src/batches.js';
import { createDiskCall } from '../../src/node/disk/disk-call.js';
import { openJournal } from '../../src/node/journal/journal.js';
import { hashOf, mapEntryName, pathKey } from '../../src/node/names/file-names.js';
import { createNameClaims } from '../../src/node/names/name-claims.js';
import { makeFolder } from '../helpers/node-folder.js';

const seed = 20_240_601;
const ids = fc.array(fc.stringMatching(/^[\w-]{1,6}$/), { maxLength: 40 });
const idsOf = ({ query }: Batch) => [query.assetIds, query.inferenceIds, query.modelIds];

it('a plan covers every id exactly once, in order, and so do the halves of its batches', () => {
  fc.assert(
    fc.property(ids, ids, ids, fc.integer({ min: 1, max: 12 }), (assetIds, inferenceIds, modelIds, batchSize) => {
      fc.pre(assetIds.length + inferenceIds.length + modelIds.length > 0);
      const wanted = [assetIds, inferenceIds, modelIds].map((list) => [...new Set(list)]);
      const plan = planBatches({ assetIds, inferenceIds, modelIds }, { batchSize });
      for (const batch of plan) expect(idsOf(batch).flat().length).toBeLessThanOrEqual(batchSize);
      const halves = plan.flatMap((batch) => splitBatch(batch) ?? [batch]);
      for (const batches of [plan, halves])
        expect([0, 1, 2].map((kind) => batches.flatMap((batch) => idsOf(batch)[kind]!))).toEqual(wanted);
    }),
    { seed, numRuns: 300 },
  );
});

const part = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('..', '.', '', 'CON', 'nul.txt', 'a', 'A', 'é', 'e\u0301', 'x. ', 'x'.repeat(300), '.scenario-downloads', 'a:b', '\\', '\0'), // prettier-ignore
);
const name = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));

it('a name stays inside, is always the same, and is one that it maps to itself', () => {
  fc.assert(
    fc.property(name, (entry) => {
      const { path } = mapEntryName(entry);
      expect(mapEntryName(entry).path).toBe(path);
      expect(posix.isAbsolute(path)).toBe(false);
      expect(posix.relative('/directory', posix.join('/directory', path))).toBe(path);
      for (const segment of path.split('/')) {
        expect(segment).not.toMatch(/^$|^\.{1,2}$|[. ]$|[<>:"|?*\\]/);
        expect(Buffer.byteLength(segment)).toBeLessThanOrEqual(255);
      }
      expect(pathKey(path.split('/')[0]!)).not.toBe('.scenario-downloads');
    }),
    { seed, numRuns: 1000 },
  );
});

it('names map one to one, whatever the order in which they come', () => {
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 12 }), fc.infiniteStream(fc.nat()), (names, order) => {
      const files = names.map((entry, index) => ({ entry, rank: [0], index, plainPath: mapEntryName(entry).path }));
      const pathsOf = (list: typeof files) => {
        const claims = createNameClaims<(typeof files)[number]>(({ entry }) => hashOf('batch', entry, 0));
        for (const file of list) claims.claim(file);
        return files.map((file) => claims.pathOf(file));
      };
      const paths = pathsOf(files);
      expect(new Set(paths.map(pathKey)).size).toBe(files.length);
      const keys = new Map(files.map((file) => [file, order.next().value as number]));
      expect(pathsOf(files.toSorted((one, other) => keys.get(one)! - keys.get(other)!))).toEqual(paths);
    }),
    { seed, numRuns: 300 },
  );
});

it('every beginning of a journal is a journal, and what is appended to it is read', async () => {
  const path = join(await makeFolder(), 'journal.jsonl');
  const record = (at: number) => ({
    name: `größe ${at}`,
    occurrence: 0,
    path: `${at}.png`,
    bytes: at,
    crc32: at,
    mtimeMs: 1,
  });
  const lines = Array.from({ length: 5 }, (_, at) => ({ type: 'file', batch: 'one', ...record(at) }) as const);
  const whole = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const ends = lines.map((_, at) => Buffer.byteLength(lines.slice(0, at + 1).map((line) => `${JSON.stringify(line)}\n`).join(''))); // prettier-ignore
  for (let length = 0; length <= whole.length; length += 3) {
    await writeFile(path, whole);
    await truncate(path, length);
    const journal = await openJournal(path, createDiskCall());
    // The last line counts as soon as all of it is there but its end.
    expect(journal.batches.get('one')?.files.size ?? 0).toBe(ends.filter((end) => end - 1 <= length).length);
    await journal.append({ type: 'file', batch: 'two', ...record(9) });
    await journal.close();
    const again = await openJournal(path, createDiskCall());
    await again.close();
    expect([...again.batches.get('two')!.files.values()]).toMatchObject([record(9)]);
    expect(again.batches.get('one')?.files.size).toBe(journal.batches.get('one')?.files.size);
  }
});
