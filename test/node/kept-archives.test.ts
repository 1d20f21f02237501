import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { SaveEvent } from '../../src/node/events.js';
import { saveAll } from '../../src/node/save-all.js';
import type { SaveOptions } from '../../src/node/save-options.js';
import { answerFile, startArchiveHost } from '../helpers/file-host.js';
import { createTransferClock } from '../helpers/node-clock.js';
import { makeFolder, readTree } from '../helpers/node-folder.js';
import { makeZip, noise } from '../helpers/node-zip.js';
import { createScenarioClient } from '../../src/client.js';
import { startSandbox } from '../../src/sandbox/index.js';

async function setUp(archives: readonly Buffer[]) {
  const clock = createTransferClock();
  const host = await startArchiveHost(archives, clock);
  const directory = await makeFolder();
  const save = (options: Partial<SaveOptions>, ids = ['a']) =>
    saveAll(host.client, { modelIds: ids }, { directory, clock, batchSize: 1, concurrency: 1, ...options });
  return { host, save, directory };
}

it('a damaged archive that is kept stays one when nothing is unpacked any more', async () => {
  const damaged = makeZip([
    { name: 'x.png', data: 'x', crc: 1 },
    { name: 'y.png', data: 'y' },
  ]);
  const { save } = await setUp([damaged]);
  for (const options of [{ keepArchives: true }, { extract: false }])
    expect(await save(options)).toMatchObject({ ok: false, batches: [{ status: 'partial', archive: 'job_1.zip' }] });
});

it('the archive of an earlier job is not taken for that of a new one', async () => {
  const { save, directory } = await setUp([
    makeZip([{ name: 'x', data: 'old' }]),
    makeZip([{ name: 'x', data: 'new!' }]),
  ]);
  await save({ extract: false });
  // Killed when the new archive was known, and not kept yet.
  const journal = join(directory, '.scenario-downloads/journal.jsonl');
  const { batch } = JSON.parse((await readFile(journal, 'utf8')).split('\n')[0] ?? '') as { batch: string };
  const lines = [
    { type: 'forget', batch },
    { type: 'job', batch, jobId: 'job_2', requestedAt: 1 },
    { type: 'archive', batch, jobId: 'job_2', jobStatus: 'success', entries: [['x', 4, 1]] },
  ];
  await writeFile(journal, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { flag: 'a' });
  expect(await save({ extract: false })).toMatchObject({ ok: true, batches: [{ archive: 'job_2.zip' }] });
});

it('the report has the archive where it is in the end', async () => {
  const { save, directory, host } = await setUp([
    makeZip([{ name: 'job_2.zip', data: 'a file of that name' }]),
    makeZip([{ name: 'x.png', data: 'x' }]),
  ]);
  // The second archive has its name when the first one comes.
  const waiting: (() => void)[] = [];
  let isDone = false;
  host.misbehave = (request, response) => {
    if (isDone || !request.path.includes('job_1.')) return false;
    waiting.push(() => answerFile(request, response));
    return true;
  };
  const onProgress = (event: SaveEvent) => {
    if (event.type !== 'archive-kept' || event.batch !== 1) return;
    isDone = true;
    for (const answer of waiting.splice(0)) answer();
  };
  const report = await save({ keepArchives: true, concurrency: 2, onProgress }, ['a', 'b']);
  expect(isDone).toBe(true);
  for (const { archive = '' } of report.batches)
    expect((await readFile(join(directory, archive))).subarray(0, 2).toString()).toBe('PK');
  expect(await readTree(directory)).toMatchObject({ 'job_2.zip': 'a file of that name' });
});

it('a batch that was saved whole and is too large now is saved in halves, once', async () => {
  const clock = createTransferClock();
  const sandbox = await startSandbox({ now: clock.now, jobDurationMs: 0, imageSize: 8 });
  try {
    const client = createScenarioClient({ baseUrl: sandbox.baseUrl, ...sandbox.credentials, clock });
    const directory = await makeFolder();
    const save = () => saveAll(client, { modelIds: ['model_1', 'model_2'] }, { directory, clock });
    const { batches } = await save();
    const tree = await readTree(directory);
    await rm(join(directory, batches[0]?.files[0]?.path ?? ''));
    sandbox.faults.add({ on: 'downloadGetStatus', effect: { type: 'status', status: 404 } });
    sandbox.faults.add({ on: 'downloadRequestBatch', effect: { type: 'status', status: 413 } });
    expect(await save()).toMatchObject({ ok: true, batches: [{ part: [0] }, { part: [1] }] });
    expect(await readTree(directory)).toEqual(tree);
    const requests = sandbox.requests.length;
    expect(await save()).toMatchObject({ ok: true, batches: [{ part: [0] }, { part: [1] }] });
    expect(sandbox.requests).toHaveLength(requests);
    expect(await readTree(directory)).toEqual(tree);
  } finally {
    await sandbox.close();
  }
});

it('what is missing comes from the archive that was kept, without a request', async () => {
  const film = noise(40 * 1024 * 1024, 1);
  const archive = makeZip([
    { name: 'x.png', data: 'x' },
    { name: 'film.mp4', data: film, deflate: true },
  ]);
  const { save, directory, host } = await setUp([archive]);
  await save({ keepArchives: true });
  const tree = await readTree(directory);
  await rm(join(directory, 'x.png'));
  await rm(join(directory, 'film.mp4'));
  const requests = [host.apiRequests.length, host.fileRequests.length];
  const report = await save({ keepArchives: true });
  expect(report).toMatchObject({ ok: true, batches: [{ archive: 'job_1.zip' }], totals: { receivedBytes: 0 } });
  expect([host.apiRequests.length, host.fileRequests.length]).toEqual(requests);
  expect(await readTree(directory)).toEqual(tree);
});

it('where the archive that was kept cannot be read, the host is asked', async () => {
  const archive = makeZip([{ name: 'x.png', data: 'x' }]);
  const { save, directory } = await setUp([archive]);
  await save({ keepArchives: true });
  const path = join(directory, 'job_1.zip');
  // Of a file of the same length and time it is not seen that it is another one.
  const time = new Date(Math.trunc((await stat(path)).mtimeMs));
  await writeFile(path, Buffer.alloc(archive.length));
  await utimes(path, time, time);
  await rm(join(directory, 'x.png'));
  expect(await save({ keepArchives: true })).toMatchObject({ ok: true, missing: [] });
  expect(await readFile(join(directory, 'x.png'), 'utf8')).toBe('x');
});

it('a kept archive is told of as one, and only by the run that keeps it', async () => {
  const { save } = await setUp([makeZip([{ name: 'x', data: 'x' }]), makeZip([{ name: 'y', data: 'y' }])]);
  const toldBy = async (options: Partial<SaveOptions>) => {
    const events: SaveEvent[] = [];
    await save({ ...options, keepArchives: true, onProgress: (event) => void events.push(event) }, ['a', 'b']);
    const isOfFiles = ({ type }: SaveEvent) => type === 'file-saved' || type === 'archive-kept';
    return events.filter(isOfFiles).map((event) => ('path' in event ? `${event.type} ${event.path}` : event.type));
  };
  const all = ['archive-kept job_1.zip', 'archive-kept job_2.zip', 'file-saved x', 'file-saved y'];
  expect((await toldBy({})).sort()).toEqual(all);
  expect(await toldBy({})).toEqual([]);
});
