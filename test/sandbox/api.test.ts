import { describe, expect, it } from 'vitest';
import { targetFormatValues } from '../../generated/schema.js';
import { runSandbox } from './helpers/running-sandbox.js';

describe('the API', () => {
  it.each([
    ['GET', '/assets'],
    ['GET', '/assets/download'],
    ['GET', '/assets/asset_1/download'],
    ['POST', '/assets/download/job_1'],
    ['POST', '/assets//download'],
    ['DELETE', '/assets/download/job_1'],
  ])('has no %s %s', async (method, path) => {
    const { api } = await runSandbox();
    const response = await api(method, path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ statusCode: 404, error: 'Not Found' });
  });

  it('has nothing beside the path of the server', async () => {
    const { api } = await runSandbox();
    const response = await api('GET', '/../assets/download/job_1');
    expect(await response.json()).toMatchObject({ message: 'There is no GET /assets/download/job_1' });
  });

  it.each(['', 'Basic !', `Basic ${btoa('sandbox-key:wrong')}`, 'Bearer sandbox-key'])(
    'refuses the credentials %j',
    async (authorization) => {
      const { api } = await runSandbox();
      const response = await api('GET', '/assets/download/job_1', undefined, { headers: { authorization } });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ statusCode: 401, error: 'Unauthorized' });
    },
  );

  it('takes other credentials when told to', async () => {
    const { api } = await runSandbox({ credentials: { apiKey: 'k', apiSecret: 's:ü' } });
    expect((await api('GET', '/assets/download/job_1')).status).toBe(404);
  });

  it('gives every answer a request id of its own', async () => {
    const { api } = await runSandbox();
    const ids = new Set<string | null>();
    for (const path of ['/assets/download/job_1', '/assets/download/job_1', '/nowhere']) {
      ids.add((await api('GET', path)).headers.get('x-request-id'));
    }
    expect(ids.size).toBe(3);
    expect(ids.has(null)).toBe(false);
  });

  it.each([
    [{}, '', 'required'],
    [{ options: {}, query: {} }, '/options', 'required'],
    [{ options: { fileNameTemplate: '' }, query: {} }, '/query', 'required'],
    [
      { options: { fileNameTemplate: '' }, query: { assetIds: [1], inferenceIds: [], modelIds: [] } },
      '/query/assetIds/0',
      'type',
    ],
    [
      { options: { fileNameTemplate: '', flat: 'no' }, query: { assetIds: [], inferenceIds: [], modelIds: [] } },
      '/options/flat',
      'type',
    ],
    [
      {
        options: { fileNameTemplate: '' },
        query: { assetIds: Array.from({ length: 1001 }, String), inferenceIds: [], modelIds: [] },
      },
      '/query/assetIds',
      'maxItems',
    ],
  ])('names what is wrong with a batch (%#)', async (body, pointer, rule) => {
    const { api, sandbox } = await runSandbox();
    const response = await api('POST', '/assets/download', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ statusCode: 400, details: { in: 'body', pointer, rule } });
    expect(sandbox.jobs).toHaveLength(0);
  });

  it.each([
    ['no body', {}, { pointer: '', rule: 'required' }],
    ['no JSON', { body: '{"options":' }, { pointer: '', rule: 'json' }],
    ['no UTF-8', { body: new Uint8Array([0x22, 0xff, 0x22]) }, { pointer: '', rule: 'json' }],
    [
      'another content type',
      { body: '{}', headers: { 'content-type': 'text/plain' } },
      { pointer: 'content-type', rule: 'content' },
    ],
  ])('names what is wrong: %s', async (_what, init, details) => {
    const { api } = await runSandbox();
    const response = await api('POST', '/assets/asset_1/download', undefined, init);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ statusCode: 400, details });
  });

  it('takes a body of some megabytes, and no more than it needs', async () => {
    const { api, requestBatch } = await runSandbox();
    expect((await requestBatch({}, { fileNameTemplate: 'x'.repeat(2e6) })).status).toBe(200);
    expect((await api('POST', '/assets/download', 'x'.repeat(17e6))).status).toBe(413);
  });

  it('follows the clock from state to state, and gives the URL at the end', async () => {
    const { requestBatch, status, clock, sandbox } = await runSandbox({ jobDurationMs: 3000 });
    const { jobId } = (await (await requestBatch({ assetIds: ['a'] })).json()) as { jobId: string };
    const seen: string[] = [];
    for (const ms of [0, 999, 1, 999, 1, 999]) {
      clock.advance(ms);
      const answer = await status(jobId);
      expect(answer).toEqual({ jobId, jobStatus: answer.jobStatus });
      seen.push(answer.jobStatus);
    }
    expect(seen).toEqual(['queued', 'queued', 'in-progress', 'in-progress', 'finalizing', 'finalizing']);
    clock.advance(1);
    const last = await status(jobId);
    expect(last.jobStatus).toBe('success');
    expect(last.downloadUrl).toMatch(new RegExp(`^${sandbox.fileHostUrl}/archives/${jobId}.zip\\?expires=\\d+&sig`));
  });

  it('lets jobs take any time and end in any state', async () => {
    const { requestBatch, sandbox, status, clock } = await runSandbox({
      jobDurationMs: ({ number, assetCount }) => number * 1000 + assetCount,
      jobStates: ({ number }) => (number === 1 ? ['brewing', 'failure'] : ['success']),
    });
    for (const assetIds of [['a', 'b'], ['c']]) await requestBatch({ assetIds });
    const [first, second] = sandbox.jobs;
    expect(sandbox.jobs.map(({ startedAt, endsAt }) => endsAt - startedAt)).toEqual([1002, 2001]);
    expect(await status(first!.jobId)).toEqual({ jobId: first!.jobId, jobStatus: 'brewing' });
    expect(await status(second!.jobId)).toEqual({ jobId: second!.jobId, jobStatus: 'success' });
    clock.advance(2001);
    expect(await status(first!.jobId)).toEqual({ jobId: first!.jobId, jobStatus: 'failure' });
    expect(await status(second!.jobId)).toHaveProperty('downloadUrl');
  });

  it('knows no job of another sandbox', async () => {
    const { requestBatch, sandbox } = await runSandbox();
    await requestBatch({});
    const other = await runSandbox();
    await other.requestBatch({});
    expect((await other.api('GET', `/assets/download/${sandbox.jobs[0]!.jobId}`)).status).toBe(404);
  });

  it('takes an inference for four assets and a model for 25, and counts nothing twice', async () => {
    const { requestBatch, sandbox } = await runSandbox({ missingAssets: ['gone'] });
    await requestBatch({
      assetIds: ['a', 'gone', 'a', 'inf-asset-2'],
      inferenceIds: ['inf', 'mod-inference-0', 'inf'],
      modelIds: ['mod'],
    });
    const { assetIds } = sandbox.jobs[0]!;
    expect(assetIds).toHaveLength(1 + 4 + 25);
    expect(new Set(assetIds).size).toBe(assetIds.length);
    expect(assetIds).not.toContain('gone');
    expect(assetIds.slice(0, 5)).toEqual(['a', 'inf-asset-2', 'inf-asset-0', 'inf-asset-1', 'inf-asset-3']);
  });

  it('refuses a batch that stands for too many assets', async () => {
    const { requestBatch, sandbox } = await runSandbox({ assetsPerModel: (id) => Number(id) });
    expect((await requestBatch({ modelIds: ['1000'] })).status).toBe(200);
    const response = await requestBatch({ assetIds: ['a'], modelIds: ['1000'] });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      statusCode: 400,
      error: 'Bad Request',
      message: 'The batch exceeds 1000 assets',
      details: { limit: 'assets-per-batch', ceiling: 1000, requested: 1001 },
    });
    expect(sandbox.jobs).toHaveLength(1);
  });

  it('or cuts it without a word', async () => {
    const { requestBatch, sandbox } = await runSandbox({
      tooLarge: 'truncate',
      maxAssetsPerBatch: 10,
      assetsPerInference: 20,
    });
    expect((await requestBatch({ inferenceIds: ['inf'] })).status).toBe(200);
    expect(sandbox.jobs[0]!.assetIds).toHaveLength(10);
  });

  it('has a ceiling of jobs at once, and says so without Retry-After', async () => {
    const { requestBatch, clock, sandbox } = await runSandbox({ maxConcurrentJobs: 2, jobDurationMs: 100 });
    for (const status of [200, 200, 429, 429]) expect((await requestBatch({})).status).toBe(status);
    const refused = await requestBatch({});
    expect(refused.headers.get('retry-after')).toBeNull();
    expect(await refused.json()).toMatchObject({ details: { limit: 'concurrent-jobs', ceiling: 2 } });
    clock.advance(100);
    expect((await requestBatch({})).status).toBe(200);
    expect(sandbox.jobs).toHaveLength(3);
  });

  it('has a rate limit, and says how long to wait', async () => {
    const { api, clock } = await runSandbox({ rateLimit: { requests: 2, perMs: 10_000 } });
    const get = () => api('GET', '/assets/download/job_1');
    expect((await get()).status).toBe(404);
    clock.advance(2500);
    expect((await get()).status).toBe(404);
    const refused = await get();
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('8');
    expect(await refused.json()).toMatchObject({ details: { limit: 'requests', ceiling: 2 } });
    clock.advance(7499);
    expect((await get()).status).toBe(429);
    clock.advance(1);
    expect((await get()).status).toBe(404);
    expect((await get()).status).toBe(429);
  });

  it('knows missing and forbidden assets, and those that are no images', async () => {
    const { api, assetUrl, requestBatch } = await runSandbox({
      missingAssets: ['gone'],
      forbiddenAssets: ['theirs'],
      nonImageAssets: ['sound'],
    });
    const request = (id: string, body: unknown = {}) => api('POST', `/assets/${id}/download`, body);
    expect((await request('gone')).status).toBe(404);
    expect((await request('theirs')).status).toBe(403);
    expect((await requestBatch({ assetIds: ['mine', 'theirs'] })).status).toBe(403);
    const refused = await request('sound', { targetFormat: 'webp' });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ message: 'Invalid target format' });
    expect(await assetUrl('sound')).toContain('/assets/sound.wav?');
  });

  it.each(targetFormatValues)('gives a URL for the target format %s', async (targetFormat) => {
    const { assetUrl, sandbox } = await runSandbox();
    expect(await assetUrl('asset_1', targetFormat)).toContain(`${sandbox.fileHostUrl}/assets/asset_1.${targetFormat}?`);
  });

  it('knows no other target format', async () => {
    const { api } = await runSandbox();
    const response = await api('POST', '/assets/asset_1/download', { targetFormat: 'bmp' });
    expect(await response.json()).toMatchObject({ details: { pointer: '/targetFormat', rule: 'enum' } });
  });

  it('writes down what it was asked', async () => {
    const { api, sandbox, clock } = await runSandbox();
    await api('POST', '/assets/a%2Fb/download?x=1', { targetFormat: 'png' });
    await api('GET', '/nowhere');
    expect(sandbox.requests).toMatchObject([
      {
        host: 'api',
        method: 'POST',
        path: '/v1/assets/a%2Fb/download',
        operationId: 'downloadRequest',
        headers: { authorization: 'present', 'content-type': 'application/json' },
        body: { targetFormat: 'png' },
        status: 200,
        range: undefined,
        at: clock.now(),
      },
      { path: '/v1/nowhere', operationId: undefined, body: undefined, status: 404 },
    ]);
    expect(sandbox.requests[0]!.bytesSent).toBeGreaterThan(100);
    expect(JSON.stringify(sandbox.requests)).not.toContain(btoa('sandbox-key:sandbox-secret'));
    expect(sandbox.violations).toEqual([]);
  });
});
