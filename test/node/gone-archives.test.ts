import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SaveEvent } from '../../src/node/events.js';
import { saveAll } from '../../src/node/save-all.js';
import { startArchiveHost } from '../helpers/file-host.js';
import { createTransferClock } from '../helpers/node-clock.js';
import { makeFolder, readTree } from '../helpers/node-folder.js';
import { makeZip } from '../helpers/node-zip.js';

const archive = makeZip([
  { name: 'x.png', data: 'x' },
  { name: 'y.png', data: 'y' },
]);

async function setUp(archives: readonly Buffer[]) {
  const clock = createTransferClock();
  const host = await startArchiveHost(archives, clock);
  const directory = await makeFolder();
  const events: SaveEvent[] = [];
  const onProgress = (event: SaveEvent) => void events.push(event);
  const save = (ids = ['a']) => saveAll(host.client, { modelIds: ids }, { directory, clock, batchSize: 1, onProgress });
  const requested = () => host.apiRequests.filter((request) => request.startsWith('POST')).length;
  /** Takes an archive from the host, which says so with a status. */
  const remove = (job: number, status: number) => {
    host.misbehave = ({ path }, response) => {
      if (path !== `/files/job_${job}.zip`) return false;
      response.writeHead(status).end();
      return true;
    };
  };
  return { host, save, requested, remove, directory, events };
}

describe('an archive that the host no longer has', () => {
  it.each([403, 404, 410])('is requested anew, after %i', async (status) => {
    const { save, requested, remove, directory, events } = await setUp([archive, archive, archive]);
    await save(['a', 'b']);
    remove(1, status);
    await rm(join(directory, 'x.png'));
    events.length = 0;
    const report = await save(['a', 'b']);
    expect(report).toMatchObject({
      ok: true,
      batches: [
        { index: 0, jobId: 'job_3' },
        { index: 1, jobId: 'job_2' },
      ],
    });
    expect(requested()).toBe(3);
    expect(await readTree(directory)).toMatchObject({ 'x.png': 'x', 'y.png': 'y' });
    expect(Object.keys(await readTree(directory))).toHaveLength(4);
    expect(events.filter(({ type }) => type === 'file-saved')).toMatchObject([{ path: 'x.png' }]);
    expect(events.filter(({ type }) => type === 'archive-failed')).toEqual([]);
    await save(['a', 'b']);
    expect(requested()).toBe(3);
  });

  it('is requested once in a run, and what was saved of it is in the report', async () => {
    const { save, requested, host, directory } = await setUp([archive]);
    await save();
    host.files.clear();
    await rm(join(directory, 'x.png'));
    expect(await save()).toMatchObject({
      ok: false,
      batches: [{ status: 'failed', jobId: 'job_2', files: [{ path: 'y.png' }], error: { status: 404 } }],
    });
    expect(requested()).toBe(2);
    host.files.set('/files/job_3.zip', archive);
    expect((await save()).ok).toBe(true);
    expect(requested()).toBe(3);
    expect(await readTree(directory)).toEqual({ 'x.png': 'x', 'y.png': 'y' });
  });

  it('is requested anew when its job turns out to have failed', async () => {
    const { save, requested, remove, host, directory, events } = await setUp([archive, archive]);
    await save();
    remove(1, 403);
    await rm(join(directory, 'x.png'));
    events.length = 0;
    // Not before the host has refused it: until then, all is well with the job.
    const isRefused = () => events.some(({ type }) => type === 'transfer-retry');
    host.jobStatus = (jobId) => (jobId === 'job_1' && isRefused() ? 'failed' : 'success');
    expect(await save()).toMatchObject({ ok: true, batches: [{ jobId: 'job_2' }] });
    expect(requested()).toBe(2);
    expect(await readTree(directory)).toEqual({ 'x.png': 'x', 'y.png': 'y' });
    expect(events.filter(({ type }) => type === 'archive-failed')).toEqual([]);
  });

  it('is not requested again where its job is of this run and has failed', async () => {
    const { save, requested, remove, host, events } = await setUp([archive]);
    remove(1, 403);
    host.jobStatus = () => (events.some(({ type }) => type === 'transfer-retry') ? 'failed' : 'success');
    expect(await save()).toMatchObject({ ok: false, batches: [{ jobId: 'job_1', error: { code: 'JOB_FAILED' } }] });
    expect(requested()).toBe(1);
  });

  it('is not requested again where its job is of this run', async () => {
    const { save, requested } = await setUp([]);
    expect(await save()).toMatchObject({ ok: false, batches: [{ jobId: 'job_1', error: { status: 404 } }] });
    expect(requested()).toBe(1);
  });
});
