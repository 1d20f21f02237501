import { describe, expect, it } from 'vitest';
import { createScenarioClient } from '../../src/client.js';
import { saveAll } from '../../src/node/save-all.js';
import { startArchiveHost } from '../helpers/file-host.js';
import { createTransferClock } from '../helpers/node-clock.js';
import { makeFolder, readTree } from '../helpers/node-folder.js';
import { makeZip } from '../helpers/node-zip.js';

const archive = makeZip([{ name: 'x.png', data: 'x' }]);

/** An API that may answer otherwise than it should. */
async function setUp() {
  const clock = createTransferClock();
  const host = await startArchiveHost([archive, archive], clock);
  const directory = await makeFolder();
  let intercept: (request: Request) => Response | undefined = () => undefined;
  const client = createScenarioClient({
    baseUrl: `${host.url}/v1`,
    apiKey: 'key',
    apiSecret: 'secret',
    clock,
    fetch: async (request) => intercept(request) ?? fetch(request),
  });
  return {
    host,
    directory,
    save: () => saveAll(client, { assetIds: ['a'] }, { directory, clock, timeoutMs: 5000 }),
    requested: () => host.apiRequests.filter((request) => request.startsWith('POST')).length,
    answer: (to: string, status: number, body: object) => {
      intercept = ({ method, url }) => {
        const isMeant = `${method} ${new URL(url).pathname}` === to;
        return isMeant ? Response.json(body, { status }) : undefined;
      };
    },
  };
}

describe('a job of an earlier run that has not ended', () => {
  it.each([400, 403, 404, 410, 422])('is requested anew where its status is answered with %i', async (status) => {
    const { host, save, requested, answer, directory } = await setUp();
    host.jobStatus = () => 'queued';
    expect(await save()).toMatchObject({ ok: false, batches: [{ jobId: 'job_1', error: { code: 'JOB_TIMEOUT' } }] });
    host.jobStatus = () => 'success';
    answer('GET /v1/assets/download/job_1', status, { message: 'a job of another project' });
    expect(await save()).toMatchObject({ ok: true, batches: [{ jobId: 'job_2' }] });
    expect(await readTree(directory)).toEqual({ 'x.png': 'x' });
    expect(requested()).toBe(2);
  });

  it('is kept where the credentials are not accepted', async () => {
    const { host, save, requested, answer } = await setUp();
    host.jobStatus = () => 'queued';
    await save();
    answer('GET /v1/assets/download/job_1', 401, {});
    expect(await save()).toMatchObject({ ok: false, batches: [{ jobId: 'job_1', error: { status: 401 } }] });
    expect(requested()).toBe(1);
  });
});

it('a job of this run whose status is refused fails, and is requested once', async () => {
  const { save, requested, answer } = await setUp();
  answer('GET /v1/assets/download/job_1', 403, {});
  expect(await save()).toMatchObject({ ok: false, batches: [{ jobId: 'job_1', error: { status: 403 } }] });
  expect(requested()).toBe(1);
});

it('a job id that nobody could ask for is an error of the server, and is not kept', async () => {
  const { save, answer } = await setUp();
  answer('POST /v1/assets/download', 200, { jobId: '..' });
  const report = await save();
  expect(report).toMatchObject({ ok: false, batches: [{ jobId: null, error: { code: 'INVALID_RESPONSE' } }] });
  answer('', 200, {});
  expect(await save()).toMatchObject({ ok: true, batches: [{ jobId: 'job_1' }] });
});
