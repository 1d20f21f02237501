import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { SaveReport } from '../../../src/node/report/report.js';
import { saveAll } from '../../../src/node/save-all.js';
import type { SaveOptions } from '../../../src/node/save-options.js';
import { startArchiveHost } from '../../helpers/file-host.js';
import { createTransferClock } from '../../helpers/node-clock.js';
import { makeFolder, readTree } from '../../helpers/node-folder.js';
import { makeZip } from '../../helpers/node-zip.js';
import { isWindows } from '../../helpers/platform.js';

/** A folder, and a host whose n-th job has the n-th archive: its files by name. */
async function setUp(...archives: Record<string, string>[]) {
  const clock = createTransferClock();
  const zips = archives.map((files) => makeZip(Object.entries(files).map(([name, data]) => ({ name, data }))));
  const host = await startArchiveHost(zips, clock);
  const directory = await makeFolder();
  const save = (ids: readonly string[], options: Partial<SaveOptions> = {}) =>
    saveAll(host.client, { assetIds: ids }, { directory, clock, batchSize: 1, concurrency: 1, ...options });
  const path = (name: string) => join(directory, name);
  return { host, save, directory, path, tree: () => readTree(directory) };
}

it('what another selection has put in the place of a file that was deleted stays', async () => {
  const { save, path, tree } = await setUp({ 'x.png': 'first' }, { 'x.png': 'second' });
  await save(['a']);
  await rm(path('x.png'));
  await save(['b']);
  const report = await save(['a']);
  expect(report.ok).toBe(true);
  expect(Object.values(await tree()).sort()).toEqual(['first', 'second']);
  expect(await tree()).toMatchObject({ 'x.png': 'second' });
});

it('a file that two selections share stays for the one that is not of this run', async () => {
  const { save, tree, host } = await setUp({ 'x.png': 'shared' }, { 'x.png': 'shared' }, { 'x.png': 'another' });
  await save(['a']);
  await save(['b']);
  expect(await tree()).toEqual({ 'x.png': 'shared' });
  const report = await save(['c', 'b']);
  expect(report.ok).toBe(true);
  const files = await tree();
  for (const { path } of report.batches.flatMap((batch) => batch.files)) expect(files).toHaveProperty([path]);
  expect(Object.values(files).sort()).toEqual(['another', 'shared']);
  expect(files).toMatchObject({ 'x.png': 'shared' });
  const requests = host.fileRequests.length;
  await save(['a']);
  await save(['c', 'b']);
  expect(host.fileRequests).toHaveLength(requests);
});

it.each([true, false])('a shared file stays when one of the archives has changed: force %s', async (force) => {
  const { save, host, path, tree } = await setUp(
    { 'x.png': 'shared' },
    { 'x.png': 'shared', 'y.png': 'y' },
    { 'x.png': 'changed', 'y.png': 'y' },
  );
  await save(['a']);
  await save(['b']);
  await rm(path('y.png'));
  host.files.delete('/files/job_2.zip');
  expect((await save(['b'], { force })).ok).toBe(true);
  expect(await tree()).toMatchObject({ 'x.png': 'shared', 'y.png': 'y' });
  expect(Object.values(await tree()).sort()).toEqual(['changed', 'shared', 'y']);
});

it.skipIf(isWindows)('the file of a user whose name differs in case alone stays', async () => {
  const { save, path, tree } = await setUp({ 'X.png': 'first' }, { 'x.png': 'second' });
  await save(['a']);
  await writeFile(path('x.png'), 'of the user');
  expect((await save(['b', 'a'])).ok).toBe(true);
  expect(await tree()).toMatchObject({ 'x.png': 'of the user' });
  expect(Object.values(await tree()).sort()).toEqual(['first', 'of the user', 'second']);
});

it.skipIf(isWindows)('the file of a user stays that is in a folder whose name differs in case alone', async () => {
  const { save, path, tree } = await setUp({ 'D/x.png': 'first' }, { 'd/x.png': 'second' });
  await save(['a']);
  await mkdir(path('d'));
  await writeFile(path('d/x.png'), 'of the user');
  expect((await save(['b', 'a'])).ok).toBe(true);
  expect(await tree()).toMatchObject({ 'd/x.png': 'of the user' });
  expect(Object.values(await tree()).sort()).toEqual(['first', 'of the user', 'second']);
});

it('a folder that has the name of a file that was saved stays', async () => {
  const { save, path, tree } = await setUp({ d: 'first' }, { d: 'second' });
  await save(['a']);
  await rm(path('d'));
  await mkdir(path('d'));
  await writeFile(path('d/mine.txt'), 'of the user');
  for (let run = 0; run < 2; run++) expect((await save(['b', 'a'])).ok).toBe(true);
  expect(await tree()).toMatchObject({ 'd/mine.txt': 'of the user' });
  expect(Object.values(await tree()).sort()).toEqual(['first', 'of the user', 'second']);
});

it('a file stays whose move was noted and not done', async () => {
  const { save, directory, tree } = await setUp({ 'x.png': 'first' }, { 'x.png': 'second' });
  await save(['a']);
  const journal = join(directory, '.scenario-downloads/journal.jsonl');
  const line = (await readFile(journal, 'utf8')).split('\n').find((text) => text.includes('"type":"file"')) ?? '';
  const moved = { ...(JSON.parse(line) as object), path: 'x~1.png', from: 'x.png' };
  await appendFile(journal, `${JSON.stringify(moved)}\n`);
  expect((await save(['b'])).ok).toBe(true);
  expect(Object.values(await tree()).sort()).toEqual(['first', 'second']);
  expect((await save(['a'])).ok).toBe(true);
  expect(Object.values(await tree()).sort()).toEqual(['first', 'second']);
});

it('a shared file that was deleted comes back for both, and stays where it is', async () => {
  const { save, path, tree, host } = await setUp({ 'x.png': 'shared' }, { 'x.png': 'shared' }, { 'x.png': 'another' });
  await save(['a']);
  await rm(path('x.png'));
  const paths = ({ batches }: SaveReport) => batches.map(({ files }) => files.map((file) => file.path));
  const first = await save(['b', 'c']);
  expect(await tree()).toMatchObject({ 'x.png': 'shared' });
  const requests = host.fileRequests.length;
  expect(paths(await save(['b', 'c']))).toEqual(paths(first));
  await save(['a']);
  expect(host.fileRequests).toHaveLength(requests);
  expect(Object.values(await tree()).sort()).toEqual(['another', 'shared']);
});

it('a shared file that was edited is replaced by the selection that is saved again', async () => {
  const { save, path, tree } = await setUp({ 'x.png': 'shared' }, { 'x.png': 'shared' });
  await save(['a']);
  await save(['b']);
  await writeFile(path('x.png'), 'retouched');
  expect((await save(['b'])).warnings).toMatchObject([{ code: 'replaced' }]);
  expect(await tree()).toEqual({ 'x.png': 'shared' });
});

it('a file of the user keeps its place when it is what one of the run wants, even the second', async () => {
  const { save, path, tree, host } = await setUp({ 'x.png': 'first' }, { 'x.png': 'second' });
  await writeFile(path('x.png'), 'second');
  for (let run = 0; run < 3; run++) {
    expect((await save(['a', 'b'])).ok).toBe(true);
    expect(Object.values(await tree()).sort()).toEqual(['first', 'second']);
    expect(await tree()).toMatchObject({ 'x.png': 'second' });
  }
  expect(host.apiRequests.filter((request) => request.startsWith('POST'))).toHaveLength(2);
});

it('a file of the user that was taken as it was is left alone when the user edits it', async () => {
  const { save, path, tree } = await setUp({ 'x.png': 'theirs' });
  await writeFile(path('x.png'), 'theirs');
  await save(['a']);
  expect(await tree()).toEqual({ 'x.png': 'theirs' });
  await writeFile(path('x.png'), 'edited');
  for (let run = 0; run < 2; run++) {
    expect((await save(['a'])).warnings).toEqual([]);
    expect(await tree()).toMatchObject({ 'x.png': 'edited' });
    expect(Object.values(await tree()).sort()).toEqual(['edited', 'theirs']);
  }
  await save(['a'], { force: true });
  expect(Object.values(await tree())).toContain('theirs');
});

it('what is not wanted keeps its path with force', async () => {
  const a = { 'x.png': 'first', 'y.png': 'y' };
  const { save, tree } = await setUp(a, a, { 'x.png': 'second' }, a);
  await save(['a']);
  const before = await tree();
  for (const force of [true, false]) {
    expect((await save(['a'], { force, include: (path) => path === 'y.png' })).ok).toBe(true);
    expect(await tree()).toEqual(before);
  }
  expect((await save(['b', 'a'], { force: true, include: (path) => path === 'y.png' })).ok).toBe(true);
  expect(Object.values(await tree()).sort()).toEqual(['first', 'y']);
});

it.each([
  ['a', 'b'],
  ['b', 'a'],
])('files in folders whose names differ in case stay where they are after force: %s, %s', async (...ids) => {
  const { save, path, tree } = await setUp({ 'd/a.png': ids[0] }, { 'D/a.png': ids[1] });
  await mkdir(path('D'));
  await writeFile(path('D/a.png'), 'b');
  expect((await save(ids, { force: true })).ok).toBe(true);
  const before = await tree();
  expect(new Set(Object.values(before))).toEqual(new Set(['a', 'b']));
  expect((await save(ids)).ok).toBe(true);
  expect(await tree()).toEqual(before);
});

it('what is in a folder whose name differs in case has its path there, too', async () => {
  const { save, path, tree } = await setUp({ 'd/a.png': 'fetched' });
  await mkdir(path('D'));
  await writeFile(path('D/a.png'), 'theirs');
  expect((await save(['a'])).renamed).toMatchObject([{ entry: 'd/a.png', reasons: ['occupied'] }]);
  expect(await tree()).toMatchObject({ 'D/a.png': 'theirs' });
  expect(Object.values(await tree()).sort()).toEqual(['fetched', 'theirs']);
});
