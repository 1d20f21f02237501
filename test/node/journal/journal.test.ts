import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseJournalLine, type JournalLine } from '../../../src/node/journal/journal-line.js';
import { createDiskCall } from '../../../src/node/disk/disk-call.js';
import { fileKey, openJournal } from '../../../src/node/journal/journal.js';
import { makeFolder } from '../../helpers/node-folder.js';
import { expectMode } from '../../helpers/platform.js';

const file = { name: 'x', occurrence: 0, path: 'x.png', bytes: 1, crc32: 2, mtimeMs: 3 };
const lines: JournalLine[] = [
  { type: 'job', batch: 'one', jobId: 'job_1', requestedAt: 5 },
  { type: 'archive', batch: 'one', jobId: 'job_1', jobStatus: 'success', entries: [['x', 1, 2]] },
  { type: 'file', batch: 'one', ...file },
  { type: 'file', batch: 'one', ...file, path: 'x~1.png', from: 'x.png' },
  { type: 'job', batch: 'two', jobId: 'job_2', requestedAt: 6 },
  { type: 'forget', batch: 'two' },
];

async function openWith(text: string) {
  const path = join(await makeFolder(), 'journal.jsonl');
  await writeFile(path, text);
  const journal = await openJournal(path, createDiskCall());
  return { path, journal };
}

describe('openJournal', () => {
  it('knows what was appended, now and when it is opened again', async () => {
    const { journal, path } = await openWith('');
    await Promise.all(lines.map((line) => journal.append(line)));
    await journal.close();
    const again = await openJournal(path, createDiskCall());
    for (const { batches } of [journal, again]) {
      expect([...batches.keys()]).toEqual(['one']);
      expect(batches.get('one')?.job).toEqual({ jobId: 'job_1', requestedAt: 5 });
      expect(batches.get('one')?.archive).toEqual({ jobId: 'job_1', jobStatus: 'success', files: 1 });
    }
    await again.close();
  });

  it('tells of the files of earlier runs once, and keeps none of this run', async () => {
    const { journal, path } = await openWith('');
    await Promise.all(lines.map((line) => journal.append(line)));
    expect(journal.takeEntries('one')).toEqual([]);
    expect(journal.takeFiles('one').size).toBe(0);
    await journal.close();
    const again = await openJournal(path, createDiskCall());
    expect(again.takeEntries('one')).toEqual([['x', 1, 2]]);
    expect(again.takeFiles('one').get(fileKey('x', 0))).toMatchObject({ path: 'x~1.png', from: 'x.png' });
    expect(again.takeEntries('one')).toEqual([]);
    expect(again.takeFiles('one').size).toBe(0);
    await again.close();
  });

  it('knows whose the files of a batch are that is forgotten', async () => {
    const { journal, path } = await openWith('');
    await Promise.all([...lines, { type: 'forget', batch: 'one' } as const].map((line) => journal.append(line)));
    await journal.close();
    const again = await openJournal(path, createDiskCall());
    expect(again.batches.get('one')?.job).toBeUndefined();
    expect(again.takeEntries('one')).toEqual([]);
    expect(again.takeFiles('one').get(fileKey('x', 0))).toMatchObject({ batch: 'one', path: 'x~1.png' });
    await again.close();
  });

  it('is written anew when most of it no longer counts, and says the same then', async () => {
    const line = (text: JournalLine) => `${JSON.stringify(text)}\n`;
    const many = (count: number, of: (at: number) => JournalLine) => Array.from({ length: count }, (_, at) => of(at));
    const listing = (at: number): JournalLine => ({
      type: 'archive',
      batch: 'one',
      jobId: `job_${at}`,
      jobStatus: 'success',
      entries: Array.from({ length: 500 }, (_, name) => [`${name}`, 1, at]),
    });
    const text: JournalLine[] = [
      ...many(20, listing),
      ...many(500, (at) => ({ type: 'file', batch: 'one', ...file, name: `${at}`, path: `${at}.png` })),
      ...lines,
      { type: 'damaged', batch: 'three' },
      { type: 'archive', batch: 'three', jobId: 'job_3', jobStatus: 'success', entries: [['y', 1, 2]] },
      { type: 'damaged', batch: 'three' },
    ];
    const { journal, path } = await openWith(text.map(line).join(''));
    await journal.append({ type: 'job', batch: 'four', jobId: 'job_4', requestedAt: 7 });
    await journal.close();
    expect((await stat(path)).size).toBeLessThan(100_000);
    await expectMode(path, 0o600);
    const again = await openJournal(path, createDiskCall());
    expect(again.batches.get('three')?.archive).toMatchObject({ jobId: 'job_3', isDamaged: true });
    expect(again.batches.get('four')?.job).toEqual({ jobId: 'job_4', requestedAt: 7 });
    expect(again.batches.get('one')?.files.size).toBe(501);
    await again.close();
    expect(await readdir(dirname(path))).toEqual(['journal.jsonl']);
  });

  it('stays as it is where most of it counts', async () => {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const { journal, path } = await openWith(text);
    await journal.close();
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('is kept from others', async () => {
    const path = join(await makeFolder(), 'journal.jsonl');
    const journal = await openJournal(path, createDiskCall());
    await expectMode(path, 0o600);
    await journal.close();
  });

  it('is gone when there was nothing to note', async () => {
    const { journal, path } = await openWith('');
    await journal.close();
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('takes every beginning of a journal for a journal, and goes on behind it', async () => {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    for (let length = 0; length <= text.length; length += 7) {
      const { journal, path } = await openWith(text.slice(0, length));
      await journal.append({ type: 'job', batch: 'new', jobId: 'job_9', requestedAt: 1 });
      await journal.close();
      const again = await openJournal(path, createDiskCall());
      expect(again.batches.get('new')?.job?.jobId).toBe('job_9');
      const whole = text.slice(0, length).split('\n').slice(0, -1);
      const known = (await readFile(path, 'utf8')).split('\n').filter((line) => parseJournalLine(line) !== undefined);
      expect(known.length).toBeGreaterThanOrEqual(whole.length + 1);
      await again.close();
    }
  });
});

describe('parseJournalLine', () => {
  it.each([
    '',
    'null',
    '[]',
    '{"type":"job"}',
    '{"type":"unknown","batch":"x"}',
    JSON.stringify({ type: 'job', batch: 'x', jobId: 5, requestedAt: 1 }),
    JSON.stringify({ type: 'job', batch: 'x', jobId: '..', requestedAt: 1 }),
    JSON.stringify({ type: 'archive', batch: 'x', jobId: 'j', jobStatus: 's', entries: [['x', 1]] }),
    JSON.stringify({ type: 'file', batch: 'x', ...file, bytes: -1 }),
    JSON.stringify({ type: 'file', batch: 'x', ...file, path: '../x' }),
    JSON.stringify({ type: 'file', batch: 'x', ...file, path: '/x' }),
    JSON.stringify({ type: 'file', batch: 'x', ...file, path: 'C:/x' }),
    JSON.stringify({ type: 'file', batch: 'x', ...file, path: 'a\\..\\x' }),
    JSON.stringify({ type: 'file', batch: 'x', ...file, from: 'a/../../x' }),
  ])('takes no notice of %s', (text) => {
    expect(parseJournalLine(text)).toBeUndefined();
  });
});
