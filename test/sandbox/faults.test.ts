import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { readZip } from './helpers/read-zip.js';
import { basic, bytesOf, runSandbox } from './helpers/running-sandbox.js';

const STATUS = '/assets/download/job_1';

async function runWithArchive() {
  const running = await runSandbox();
  const url = await running.archiveUrl({ assetIds: ['a', 'b', 'c'] });
  return { ...running, url, bytes: await bytesOf(await fetch(url)) };
}

/** Sends a request by hand and gives what came back, until the connection ends or `enough` says so. */
function raw(url: string, headers: string, enough: (text: string) => boolean = () => false) {
  const { hostname, port, pathname, search } = new URL(url);
  return new Promise<{ text: string; ended: 'closed' | 'open' }>((resolve) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => {
      socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}\r\n${headers}\r\n`);
    });
    socket.setEncoding('latin1');
    socket.on('data', (piece: string) => {
      text += piece;
      if (!enough(text)) return;
      resolve({ text, ended: 'open' });
      socket.destroy();
    });
    socket.on('end', () => resolve({ text, ended: 'closed' }));
  });
}

describe('which fault strikes', () => {
  it('strikes once, unless told otherwise, and then no more', async () => {
    const { api, sandbox } = await runSandbox();
    const fault = sandbox.faults.add({ on: 'downloadGetStatus', effect: { type: 'status', status: 503 } });
    expect((await api('POST', '/assets/a/download', {})).status).toBe(200);
    expect(fault.hits).toBe(0);
    expect((await api('GET', STATUS)).status).toBe(503);
    expect((await api('GET', STATUS)).status).toBe(404);
    expect(fault.hits).toBe(1);
  });

  it('counts, skips, chooses and goes away', async () => {
    const { api, sandbox } = await runSandbox();
    sandbox.faults.add({
      on: 'downloadRequest',
      times: 2,
      after: 1,
      when: ({ pathParameters, body, method, path, url }) =>
        pathParameters['assetId'] === 'a b' &&
        (body as { targetFormat?: string }).targetFormat === 'png' &&
        `${method} ${path} ${url}` === 'POST /v1/assets/a%20b/download /v1/assets/a%20b/download?x',
      effect: { type: 'status', status: 500 },
    });
    const ask = async (id: string) => (await api('POST', `/assets/${id}/download?x`, { targetFormat: 'png' })).status;
    expect(await ask('a%20b')).toBe(200);
    expect(await ask('c')).toBe(200);
    expect([await ask('a%20b'), await ask('a%20b'), await ask('a%20b')]).toEqual([500, 500, 200]);

    const fault = sandbox.faults.add({
      on: 'downloadRequest',
      times: Infinity,
      effect: { type: 'status', status: 502 },
    });
    expect([await ask('c'), await ask('c')]).toEqual([502, 502]);
    fault.remove();
    expect(await ask('c')).toBe(200);
    sandbox.faults.add({ on: 'downloadRequest', effect: { type: 'status', status: 502 } });
    sandbox.faults.clear();
    expect(await ask('c')).toBe(200);
  });

  it('takes them in turn when they replace the answer, and together when they do not', async () => {
    const { url, sandbox, bytes } = await runWithArchive();
    sandbox.faults.add({ on: 'file', times: Infinity, effect: { type: 'noRanges' } });
    sandbox.faults.add({ on: 'file', effect: { type: 'corrupt', at: 0 } });
    sandbox.faults.add({ on: 'file', effect: { type: 'corrupt', at: 1 } });
    sandbox.faults.add({ on: 'file', effect: { type: 'status', status: 500 } });
    sandbox.faults.add({ on: 'file', effect: { type: 'expire' } });
    const ask = () => fetch(url, { headers: { range: 'bytes=0-1' } });
    expect([(await ask()).status, (await ask()).status]).toEqual([500, 403]);
    for (const at of [0, 1]) {
      const expected = Buffer.from(bytes);
      expected[at]! ^= 0xff;
      const response = await ask();
      expect(response.status).toBe(200);
      expect((await bytesOf(response)).equals(expected)).toBe(true);
    }
  });
});

it('takes an effect only where it makes sense', async () => {
  const { sandbox } = await runSandbox();
  // @ts-expect-error a file has no job status
  expect(() => sandbox.faults.add({ on: 'file', effect: { type: 'withoutUrl' } })).toThrow(TypeError);
  // @ts-expect-error an answer of the API has no ranges
  expect(() => sandbox.faults.add({ on: 'downloadRequest', effect: { type: 'noRanges' } })).toThrow(TypeError);
  // @ts-expect-error there is no such operation
  expect(() => sandbox.faults.add({ on: 'downloads', effect: { type: 'drop' } })).toThrow(TypeError);
});

describe('faults that replace the answer', () => {
  it('status, with an error body', async () => {
    const { api, sandbox, requestBatch } = await runSandbox();
    const headers = { 'Retry-After': '7' };
    sandbox.faults.add({ on: 'downloadRequestBatch', effect: { type: 'status', status: 429, headers } });
    const response = await requestBatch({});
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.json()).toMatchObject({ statusCode: 429, error: 'Too Many Requests' });
    expect(sandbox.jobs).toHaveLength(0);
    expect((await api('GET', STATUS)).status).toBe(404);
  });

  it.each([
    ['<html>Bad gateway</html>', 'text/html; charset=utf-8', '<html>Bad gateway</html>'],
    ['sorry', 'text/plain; charset=utf-8', 'sorry'],
    ['', null, ''],
    [{ reason: 'x' }, 'application/json; charset=utf-8', '{"reason":"x"}'],
  ])('status, with the body %j', async (body, contentType, text) => {
    const { api, sandbox } = await runSandbox();
    sandbox.faults.add({ on: 'downloadGetStatus', effect: { type: 'status', status: 502, body } });
    const response = await api('GET', STATUS);
    expect(response.headers.get('content-type')).toBe(contentType);
    expect(response.headers.get('x-request-id')).toBeTruthy();
    expect(await response.text()).toBe(text);
  });

  it.each([
    [{ body: '{"jobId":' }, 200, 'application/json', '{"jobId":'],
    [{ body: '<p>', contentType: 'text/html' }, 200, 'text/html', '<p>'],
    [{ body: new Uint8Array([104, 105]), status: 201 }, 201, 'application/json', 'hi'],
    [{ body: '' }, 200, 'application/json', ''],
  ])('body (%#)', async (effect, status, contentType, text) => {
    const { api, sandbox } = await runSandbox();
    sandbox.faults.add({ on: 'downloadGetStatus', effect: { type: 'body', ...effect } });
    const response = await api('GET', STATUS);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe(contentType);
    expect(await response.text()).toBe(text);
  });

  it('redirect, elsewhere and in a loop', async () => {
    const { url, sandbox } = await runWithArchive();
    const ask = () => fetch(url, { redirect: 'manual' });
    sandbox.faults.add({ on: 'file', effect: { type: 'redirect', location: 'http://localhost:1/x' } });
    sandbox.faults.add({ on: 'file', effect: { type: 'redirect', location: (request) => request.url, status: 307 } });
    const elsewhere = await ask();
    expect(elsewhere.status).toBe(302);
    expect(elsewhere.headers.get('location')).toBe('http://localhost:1/x');
    const loop = await ask();
    expect(loop.status).toBe(307);
    expect(new URL(loop.headers.get('location')!, url).href).toBe(url);
    expect((await fetch(url)).status).toBe(200);
  });

  it('expire', async () => {
    const { url, sandbox } = await runWithArchive();
    sandbox.faults.add({ on: 'file', effect: { type: 'expire' } });
    const response = await fetch(url);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('expired');
    expect((await fetch(url)).status).toBe(200);
  });
});

describe('faults of the connection', () => {
  it('drop before anything is done', async () => {
    const { requestBatch, sandbox } = await runSandbox();
    sandbox.faults.add({ on: 'downloadRequestBatch', effect: { type: 'drop' } });
    await expect(requestBatch({})).rejects.toThrow(TypeError);
    expect(sandbox.jobs).toHaveLength(0);
    await expect.poll(() => sandbox.requests, { timeout: 20_000 }).toHaveLength(1);
    expect(sandbox.requests[0]).toMatchObject({ status: undefined, bytesSent: 0, operationId: 'downloadRequestBatch' });
    expect((await requestBatch({})).status).toBe(200);
  });

  it('drop after the work', async () => {
    const { requestBatch, sandbox } = await runSandbox();
    sandbox.faults.add({ on: 'downloadRequestBatch', effect: { type: 'dropAfterWork' } });
    await expect(requestBatch({ assetIds: ['a'] })).rejects.toThrow(TypeError);
    expect(sandbox.jobs).toMatchObject([{ assetIds: ['a'] }]);
  });

  it.each([0, 1, 100])('drop after %i bytes of the body', async (afterBytes) => {
    const { url, sandbox, bytes } = await runWithArchive();
    sandbox.faults.add({ on: 'file', effect: { type: 'drop', afterBytes } });
    const { text, ended } = await raw(url, '');
    expect(ended).toBe('closed');
    const [head, body] = text.split(/\r\n\r\n(.*)/s);
    expect(head).toContain(`content-length: ${bytes.length}`);
    expect(Buffer.from(body!, 'latin1').equals(bytes.subarray(0, afterBytes))).toBe(true);
    await expect
      .poll(() => sandbox.requests.at(-1), { timeout: 20_000 })
      .toMatchObject({ host: 'files', status: 200, bytesSent: afterBytes });
  });

  it('stall without a byte, until the client leaves', async () => {
    const { sandbox, requestBatch } = await runSandbox();
    sandbox.faults.add({ on: 'downloadRequestBatch', effect: { type: 'stall' } });
    const leaving = new AbortController();
    const stalled = fetch(`${sandbox.baseUrl}/assets/download`, {
      method: 'POST',
      body: '{}',
      headers: { authorization: basic(sandbox) },
      signal: leaving.signal,
    });
    // The answer to a later request shows that the first one was heard and is silent.
    expect((await requestBatch({})).status).toBe(200);
    leaving.abort();
    await expect(stalled).rejects.toThrow('aborted');
    await expect.poll(() => sandbox.requests, { timeout: 20_000 }).toHaveLength(2);
    expect(sandbox.requests.map(({ status }) => status)).toEqual([200, undefined]);
  });

  it('stall after the head, and after some bytes', async () => {
    const { url, sandbox, bytes } = await runWithArchive();
    sandbox.faults.add({ on: 'file', effect: { type: 'stall', afterBytes: 0 } });
    sandbox.faults.add({ on: 'file', effect: { type: 'stall', afterBytes: 5 } });
    const head = await raw(url, '', (text) => text.endsWith('\r\n\r\n'));
    expect(head.ended).toBe('open');
    expect(head.text).toContain('200 OK');
    const start = bytes.toString('latin1', 0, 5);
    expect((await raw(url, '', (text) => text.endsWith(`\r\n\r\n${start}`))).ended).toBe('open');
  });

  it('trickle', async () => {
    const { url, sandbox, bytes } = await runWithArchive();
    sandbox.faults.add({ on: 'file', effect: { type: 'trickle', chunkBytes: 400, everyMs: 1 } });
    const response = await fetch(url);
    const pieces: Uint8Array[] = [];
    for await (const piece of response.body!) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
    expect(pieces.length).toBeGreaterThan(2);
    expect(sandbox.requests.at(-1)!.bytesSent).toBe(bytes.length);
  });

  it('drop an answer of the API in its middle, with the work done', async () => {
    const { requestBatch, sandbox } = await runSandbox();
    sandbox.faults.add({ on: 'downloadRequestBatch', effect: { type: 'drop', afterBytes: 4 } });
    const response = await requestBatch({});
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    expect(sandbox.jobs).toHaveLength(1);
  });
});

describe('faults of the status', () => {
  it.each([
    [{ type: 'jobStatus' as const, jobStatus: 'melting' }, 'melting', false],
    [{ type: 'jobStatus' as const, jobStatus: 'failure' }, 'failure', false],
    [{ type: 'jobStatus' as const, jobStatus: 'queued', downloadUrl: true }, 'queued', true],
    [{ type: 'withoutUrl' as const }, 'success', false],
  ])('%j', async (effect, jobStatus, hasUrl) => {
    const { requestBatch, status, sandbox } = await runSandbox();
    await requestBatch({ assetIds: ['a'] });
    const { jobId } = sandbox.jobs[0]!;
    sandbox.faults.add({ on: 'downloadGetStatus', effect });
    const answer = await status(jobId);
    expect(answer).toMatchObject({ jobId, jobStatus });
    expect('downloadUrl' in answer).toBe(hasUrl);
    if (answer.downloadUrl !== undefined) {
      expect(await readZip(await bytesOf(await fetch(answer.downloadUrl)))).toHaveLength(1);
    }
    expect((await status(jobId)).jobStatus).toBe('queued');
    expect(sandbox.violations).toEqual([]);
  });
});

it('a job that does not exist has no status to change', async () => {
  const { api, sandbox } = await runSandbox();
  sandbox.faults.add({ on: 'downloadGetStatus', effect: { type: 'jobStatus', jobStatus: 'success' } });
  expect((await api('GET', STATUS)).status).toBe(404);
});

describe('faults of a file', () => {
  it('noRanges', async () => {
    const { url, sandbox, bytes } = await runWithArchive();
    sandbox.faults.add({ on: 'file', effect: { type: 'noRanges' } });
    const response = await fetch(url, { headers: { range: 'bytes=1-2' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('accept-ranges')).toBeNull();
    expect((await bytesOf(response)).equals(bytes)).toBe(true);
  });

  it.each([
    ['bytes=0-0', '1-1'],
    ['bytes=0-9', '1-9'],
    ['bytes=5-9', '4-9'],
  ])('wrongRange for %s', async (range, given) => {
    const { url, sandbox, bytes } = await runWithArchive();
    sandbox.faults.add({ on: 'file', effect: { type: 'wrongRange' } });
    const response = await fetch(url, { headers: { range } });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${given}/${bytes.length}`);
    const [start = 0, end = 0] = given.split('-').map(Number);
    expect((await bytesOf(response)).equals(bytes.subarray(start, end + 1))).toBe(true);
  });

  it('corrupt, wherever the range begins', async () => {
    const { url, sandbox, bytes } = await runWithArchive();
    sandbox.faults.add({ on: 'file', effect: { type: 'corrupt', at: 12 } });
    const part = await bytesOf(await fetch(url, { headers: { range: 'bytes=10-19' } }));
    expect(part[2]).toBe(bytes[12]! ^ 0xff);
    part[2]! ^= 0xff;
    expect(part.equals(bytes.subarray(10, 20))).toBe(true);
    expect((await bytesOf(await fetch(url))).equals(bytes)).toBe(true);
  });

  it('truncate', async () => {
    const { url, sandbox, bytes } = await runWithArchive();
    sandbox.faults.add({ on: 'file', effect: { type: 'truncate', bytes: 100 } });
    const response = await fetch(url);
    expect(response.headers.get('content-length')).toBe('100');
    expect((await bytesOf(response)).equals(bytes.subarray(0, 100))).toBe(true);
  });

  it('changeETag', async () => {
    const { url, sandbox } = await runWithArchive();
    const etag = (await fetch(url)).headers.get('etag')!;
    sandbox.faults.add({ on: 'file', effect: { type: 'changeETag' } });
    sandbox.faults.add({ on: 'file', effect: { type: 'changeETag', etag: '"mine"' } });
    const changed = await fetch(url, { headers: { range: 'bytes=0-1', 'if-range': etag } });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
    expect((await fetch(url)).headers.get('etag')).toBe('"mine"');
  });

  it('changeContent', async () => {
    const { url, sandbox } = await runWithArchive();
    const etag = (await fetch(url)).headers.get('etag');
    sandbox.faults.add({ on: 'file', effect: { type: 'changeContent', content: Buffer.from('hello') } });
    const response = await fetch(url, { headers: { range: 'bytes=-2' } });
    expect(response.headers.get('content-range')).toBe('bytes 3-4/5');
    expect(await response.text()).toBe('lo');
    expect(response.headers.get('etag')).not.toBe(etag);
  });
});
