import { rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { saveAll } from '../../../src/node/save-all.js';
import type { SaveOptions } from '../../../src/node/save-options.js';
import type { SaveEvent } from '../../../src/node/events.js';
import { answerFile, startArchiveHost } from '../../helpers/file-host.js';
import { createTransferClock } from '../../helpers/node-clock.js';
import { digest, makeFolder, readTree } from '../../helpers/node-folder.js';
import { makeZip, noise } from '../../helpers/node-zip.js';

const archiveOf = (data: Buffer | string) => makeZip([{ name: 'x.png', data }]);

async function setUp(archives: readonly Buffer[]) {
  const clock = createTransferClock();
  const host = await startArchiveHost(archives, clock);
  const directory = await makeFolder();
  const save = (ids: readonly string[], options: Partial<SaveOptions> = {}) =>
    saveAll(host.client, { assetIds: ids }, { directory, clock, batchSize: 1, concurrency: 1, ...options });
  /** Lets the archive of the n-th job fail, from 1; none for 0. */
  const breakJob = (job: number) => {
    host.misbehave = ({ path }, response) => {
      if (!path.includes(`job_${job}.`)) return false;
      response.writeHead(501).end();
      return true;
    };
  };
  const contents = async () => Object.values(await readTree(directory)).sort();
  return { host, save, breakJob, directory, contents };
}

type SaveReport = Awaited<ReturnType<typeof saveAll>>;
const pathsOf = (report: SaveReport) => report.batches.map(({ files }) => files.map(({ path }) => path));

describe('files that were saved before', () => {
  it('leave no second copy with force when they get another place while they are being saved', async () => {
    const names = Array.from({ length: 100 }, (_, at) => `x${at}.png`);
    const [first, second] = ['first', 'second'].map((of) =>
      makeZip(names.map((name) => ({ name: of === 'first' ? name.toUpperCase() : name, data: `${of} ${name}` }))),
    ) as [Buffer, Buffer];
    const { host, save, directory } = await setUp([first, second, first, second]);
    await save(['a', 'b']);
    const before = await readTree(directory);
    // The first batch is looked at when the second is being saved.
    let release = () => {};
    const isSaving = new Promise<void>((resolve) => (release = resolve));
    host.misbehave = (request, response) => {
      if (!request.path.includes('job_3.')) return false;
      void isSaving.then(() => answerFile(request, response));
      return true;
    };
    const onProgress = ({ type }: SaveEvent) => type === 'archive-opened' && release();
    expect((await save(['a', 'b'], { force: true, concurrency: 2, onProgress })).ok).toBe(true);
    expect(await readTree(directory)).toEqual(before);
  });

  it('do not take the place of the same file of another batch', async () => {
    const { save, breakJob, directory } = await setUp([archiveOf('same'), archiveOf('same')]);
    breakJob(1);
    expect(pathsOf(await save(['a', 'b']))).toEqual([[], ['x.png']]);
    breakJob(0);
    // The one of the second batch has made room.
    const [[first = ''] = [], [second = ''] = []] = pathsOf(await save(['a', 'b']));
    expect(first).toBe('x.png');
    expect(second).not.toBe('x.png');
    await rm(join(directory, second));
    for (let run = 0; run < 2; run++) {
      expect((await save(['a', 'b'])).ok).toBe(true);
      expect(await readTree(directory)).toEqual({ 'x.png': 'same', [second]: 'same' });
    }
  });

  it.each([
    ['of different sizes', 'first', 'the second'],
    ['of one size and one time', 'first', '2nd..'],
  ])('%s change places without a loss when the ids do', async (_, one, other) => {
    const { save, host, directory, contents } = await setUp([archiveOf(one), archiveOf(other)]);
    await save(['a', 'b']);
    for (const path of Object.keys(await readTree(directory))) await utimes(join(directory, path), 1e9, 1e9);
    await save(['a', 'b']);
    const requests = host.fileRequests.length;
    const report = await save(['b', 'a']);
    expect(report.ok).toBe(true);
    expect(await contents()).toEqual([one, other].sort());
    expect((await readTree(directory))[pathsOf(report)[0]?.[0] ?? '']).toBe(other);
    expect(host.fileRequests).toHaveLength(requests);
  });

  it('are still there when the batch before them, whose archive is to be kept now, fails', async () => {
    const { save, breakJob, contents } = await setUp([archiveOf('first'), archiveOf('the second')]);
    await save(['a', 'b']);
    breakJob(1);
    expect(await save(['a', 'b'], { keepArchives: true })).toMatchObject({ ok: false });
    expect(await contents()).toEqual(expect.arrayContaining(['first', 'the second']));
  });

  it('are still there after a run that was called off while the batch before them was under way', async () => {
    const { save, host, directory } = await setUp([archiveOf('same'), archiveOf('same')]);
    await save(['a', 'b']);
    const tree = await readTree(directory);
    const controller = new AbortController();
    const stop = new Error('called off');
    host.misbehave = ({ path }) => path.includes('job_1.');
    const options: Partial<SaveOptions> = {
      keepArchives: true,
      concurrency: 2,
      signal: controller.signal,
      onProgress: ({ type }) => type === 'archive-done' && controller.abort(stop),
    };
    await expect(save(['a', 'b'], options)).rejects.toThrow(stop);
    host.misbehave = () => false;
    const report = await save(['a', 'b']);
    expect(report.ok).toBe(true);
    expect(pathsOf(report).flat().sort()).toEqual(Object.keys(tree).sort());
    expect(await readTree(directory)).toMatchObject(tree);
  });

  it('are not saved twice for another selection with the same files', async () => {
    const [one, other] = [noise(1_000_000, 1), noise(1_000_000, 2)];
    const entries = [
      { name: 'x.png', data: one },
      { name: 'y.png', data: other },
    ];
    const { save, host, directory } = await setUp([makeZip(entries), makeZip(entries.reverse())]);
    await save(['a', 'b'], { batchSize: 2 });
    const received = (await save(['b', 'a'], { batchSize: 2 })).totals.receivedBytes;
    expect(host.apiRequests.filter((request) => request.startsWith('POST'))).toHaveLength(2);
    expect(await readTree(directory)).toEqual({ 'x.png': digest(one), 'y.png': digest(other) });
    // The end of the archive alone, where its directory is.
    expect(received).toBeLessThan(300_000);
  });

  it('keep their names when a run that was to replace them was called off', async () => {
    const { save, directory } = await setUp([archiveOf('first version'), archiveOf('2nd'), archiveOf('third')]);
    await save(['a']);
    const controller = new AbortController();
    const options: Partial<SaveOptions> = {
      force: true,
      signal: controller.signal,
      onProgress: ({ type }) => type === 'batch-requested' && controller.abort(new Error('called off')),
    };
    await expect(save(['a'], options)).rejects.toThrow('called off');
    const report = await save(['a']);
    expect(report).toMatchObject({ ok: true, renamed: [] });
    expect(Object.keys(await readTree(directory))).toEqual(['x.png']);
    expect((await save(['a'], { force: true })).ok).toBe(true);
    expect(await readTree(directory)).toEqual({ 'x.png': 'third' });
  });
});
