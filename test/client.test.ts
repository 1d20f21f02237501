import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createScenarioClient } from '../src/client.js';
import { InvalidInputError, InvalidResponseError, NetworkError } from '../src/errors.js';
import type { ProgressEvent } from '../src/progress.js';
import { closedUrl, json, startHttpServer } from './helpers/http-server.js';
import { testClient } from './helpers/test-client.js';

const status = { params: { path: { jobId: 'j' } } };
const body = { options: { fileNameTemplate: 'x' }, query: { assetIds: ['a'], inferenceIds: [], modelIds: [] } };
const ready = { jobId: 'j', jobStatus: 'success', downloadUrl: 'https://files.example/x.zip' };

afterEach(() => void vi.unstubAllEnvs());

describe('credentials and address', () => {
  test('sends HTTP Basic, also with letters beyond ASCII', async () => {
    const server = await startHttpServer((_, response) => json(response, 200, ready));
    const { client } = testClient(server, { apiSecret: 'sécret', headers: { 'x-team': 't', authorization: 'mine' } });
    await client.GET('/assets/download/{jobId}', status);
    const expected = `Basic ${Buffer.from('key:sécret').toString('base64')}`;
    expect(server.requests[0]?.headers).toMatchObject({ authorization: expected, 'x-team': 't' });
  });

  test('reads the environment', async () => {
    const server = await startHttpServer((_, response) => json(response, 200, ready));
    vi.stubEnv('SCENARIO_SDK_API_KEY', 'k');
    vi.stubEnv('SCENARIO_SDK_API_SECRET', 's');
    vi.stubEnv('SCENARIO_BASE_URL', `${server.url}/v1`);
    await createScenarioClient().GET('/assets/download/{jobId}', status);
    expect(server.requests[0]).toMatchObject({
      path: '/v1/assets/download/j',
      headers: { authorization: `Basic ${btoa('k:s')}` },
    });
  });

  test.each<[unknown, RegExp]>([
    [{ apiKey: '', apiSecret: '' }, /apiKey is missing: pass it, or set SCENARIO_SDK_API_KEY/],
    [{ apiKey: 'k', apiSecret: '' }, /apiSecret is missing: .*SCENARIO_SDK_API_SECRET/],
    [{ apiKey: 'k:s', apiSecret: 's' }, /colon/],
    [{ baseUrl: 'http://api.example/v1' }, /https.*http:\/\/api\.example/],
    [{ baseUrl: 'http://127.0.0.1.example.com' }, /https/],
    [{ baseUrl: 'ftp://api.example' }, /https/],
    [{ baseUrl: 'nonsense' }, /baseUrl must be an https or local URL .*\(not a URL\)/],
    [{ baseUrl: 'https://user:canary@api.example' }, /without user info/],
    [{ baseURL: 'https://mine.example' }, /Unknown option: baseURL/],
    [{ timeout: 5 }, /Unknown option: timeout/],
    [{ requestTimeoutMs: 0 }, /requestTimeoutMs/],
    [{ requestTimeoutMs: 2 ** 31 }, /requestTimeoutMs/],
    [{ retry: { limit: -1 } }, /retry\.limit/],
    [{ retry: Object.fromEntries([['limt', 0]]) }, /Unknown option: limt/],
    [{ retry: { maxDelayMs: Number.NaN } }, /retry\.maxDelayMs/],
    ...[5, true, null, 'x', () => 1].map(
      (retry) => [{ retry }, /retry must be a plain object, but is /] as [unknown, RegExp],
    ),
    ...[5, null, 'x', {}].map((fetch) => [{ fetch }, /fetch must be a function, but is /] as [unknown, RegExp]),
    [{ onProgress: 'x' }, /onProgress must be a function, but is "x"/],
    [{ headers: { 'bad name': 'canary' } }, /headers has what cannot be sent as "bad name"/],
    [{ headers: { 'x-team': 'canary ☃' } }, /headers has what cannot be sent as "x-team"/],
    [{ headers: { 'x-team': 'canary\n.' } }, /headers has what cannot be sent as "x-team"/],
    [{ headers: new Headers({ 'x-team': 'canary' }) }, /headers must be a plain object, but is \[object Headers\]/],
    [{ headers: 'x' }, /headers must be a plain object, but is "x"/],
  ])('refuses %j', (options, message) => {
    const create = () => createScenarioClient({ apiKey: 'k', apiSecret: 's', ...(options as object) });
    expect(create).toThrow(InvalidInputError);
    expect(create).toThrow(message);
    expect(create).not.toThrow(/canary/);
  });

  test('refuses options that are none', () => {
    const create = () => createScenarioClient(null as unknown as object);
    expect(create).toThrow(InvalidInputError);
    expect(create).toThrow('options must be a plain object, but is null.');
  });

  test('a header without a value is not sent', async () => {
    const server = await startHttpServer((_, response) => json(response, 200, ready));
    const headers = { 'x-team': 't', 'x-none': undefined, 'x-null': null } as unknown as Record<string, string>;
    await testClient(server, { headers }).client.GET('/assets/download/{jobId}', status);
    expect(Object.keys(server.requests[0]!.headers).filter((name) => name.startsWith('x-'))).toEqual(['x-team']);
  });

  test.each(['http://localhost:1', 'http://127.0.0.1:1', 'http://[::1]:1', 'https://api.example/v1'])(
    'takes %s',
    (baseUrl) => {
      expect(() => createScenarioClient({ apiKey: 'k', apiSecret: 's', baseUrl })).not.toThrow();
    },
  );

  test('follows no redirect, so that the credentials stay where they are', async () => {
    const other = await startHttpServer((_, response) => json(response, 200, ready));
    const server = await startHttpServer((_, response) => response.writeHead(302, { location: other.url }).end());
    const { client } = testClient(server);
    const { response } = await client.GET('/assets/download/{jobId}', status);
    expect(response.status).toBe(302);
    expect(other.requests).toHaveLength(0);
  });
});

describe('repetition', () => {
  test('a GET is repeated, says so, and succeeds', async () => {
    const server = await startHttpServer((_, response, count) => json(response, count < 4 ? 500 : 200, ready));
    const events: ProgressEvent[] = [];
    const { client, clock } = testClient(server, { onProgress: (event) => events.push(event) });
    const { data } = await client.GET('/assets/download/{jobId}', status);
    expect(data).toEqual(ready);
    expect(clock.delays).toEqual([250, 500, 1000]);
    expect(events[0]).toEqual({
      type: 'retry',
      operation: 'GET /assets/download/j',
      attempt: 1,
      delayMs: 250,
      status: 500,
    });
  });

  test('a listener that throws changes nothing', async () => {
    const server = await startHttpServer((_, response, count) => json(response, count < 2 ? 500 : 200, ready));
    const { client } = testClient(server, {
      onProgress: () => {
        throw new Error('a fault of the listener');
      },
    });
    expect((await client.GET('/assets/download/{jobId}', status)).data).toEqual(ready);
  });

  test('gives up after the limit, with the last answer', async () => {
    const server = await startHttpServer((_, response) => json(response, 503, {}));
    const { client } = testClient(server, { retry: { limit: 2 } });
    expect((await client.GET('/assets/download/{jobId}', status)).response.status).toBe(503);
    expect(server.requests).toHaveLength(3);
  });

  test('retry: false sends everything once', async () => {
    const server = await startHttpServer((_, response) => json(response, 503, {}));
    const { client } = testClient(server, { retry: false });
    await client.GET('/assets/download/{jobId}', status);
    expect(server.requests).toHaveLength(1);
  });

  test('a POST is sent again with its body after 429, as late as the server says', async () => {
    const server = await startHttpServer((_, response, count) =>
      count === 1 ? json(response, 429, {}, { 'retry-after': '7' }) : json(response, 200, { jobId: 'j' }),
    );
    const { client, clock } = testClient(server);
    const { data } = await client.POST('/assets/download', { body });
    expect(data).toEqual({ jobId: 'j' });
    expect(clock.delays).toEqual([7000]);
    expect(server.requests.map((request) => JSON.parse(request.body) as unknown)).toEqual([body, body]);
  });

  test('a Retry-After beyond the longest pause is not waited for', async () => {
    const server = await startHttpServer((_, response) => json(response, 429, {}, { 'retry-after': '3600' }));
    const { client, clock } = testClient(server);
    expect((await client.POST('/assets/download', { body })).response.status).toBe(429);
    expect(clock.delays).toEqual([]);
  });

  test('an answer of a fetch without streams is read', async () => {
    const fetch = () => {
      const response = Response.json({ jobStatus: 'queued' });
      const withoutStreams = Object.assign(Object.create(response) as Response, { clone: () => withoutStreams });
      Object.defineProperties(withoutStreams, { body: { value: undefined } });
      for (const name of ['text', 'json'] as const) withoutStreams[name] = () => response.clone()[name]();
      for (const name of ['status', 'ok', 'headers', 'url'] as const)
        Object.defineProperty(withoutStreams, name, { value: response[name] });
      return Promise.resolve(withoutStreams);
    };
    const client = createScenarioClient({ apiKey: 'k', apiSecret: 's', fetch });
    expect((await client.GET('/assets/download/{jobId}', status)).data).toEqual({ jobStatus: 'queued' });
  });

  test.each([200, 502])('an answer of %s without an end is given up before it fills the memory', async (code) => {
    const server = await startHttpServer((_, response) => {
      response.writeHead(code);
      const chunk = Buffer.alloc(100_000, ' ');
      const send = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', send);
      send();
    });
    const { client } = testClient(server, { retry: false });
    await expect(client.GET('/assets/download/{jobId}', status)).rejects.toThrow(
      /more than 8000000 characters.*base URL/,
    );
  });

  test.each([500, 502, 504])('a POST is sent once when %s leaves open what happened', async (code) => {
    const server = await startHttpServer((_, response) => json(response, code, {}));
    const { client } = testClient(server);
    await client.POST('/assets/download', { body });
    expect(server.requests).toHaveLength(1);
  });

  test('what a runtime says of a failure is one line', async () => {
    const said = '80:error:0A00010B:SSL routines::wrong version number:ssl3_record.c:350:\n';
    const fetch = () => Promise.reject(new TypeError('fetch failed', { cause: new Error(`${said}again\r\n`) }));
    const client = createScenarioClient({ apiKey: 'k', apiSecret: 's', fetch, retry: false });
    await expect(client.GET('/assets/download/{jobId}', status)).rejects.toThrow(/ssl3_record\.c:350: again\.$/);
  });

  test('a fetch that cannot be used as it is set up is called once, and its error stays what it is', async () => {
    const error = new InvalidInputError('HTTPS_PROXY holds no usable URL.');
    let calls = 0;
    const fetch = () => {
      calls++;
      return Promise.reject(error);
    };
    const client = createScenarioClient({ apiKey: 'k', apiSecret: 's', baseUrl: 'https://api.example', fetch });
    await expect(client.GET('/assets/download/{jobId}', status)).rejects.toBe(error);
    expect(calls).toBe(1);
  });

  test('a POST is sent once when the connection broke after it was sent', async () => {
    const server = await startHttpServer((_, response) => response.destroy());
    const { client } = testClient(server);
    await expect(client.POST('/assets/download', { body })).rejects.toThrow(NetworkError);
    expect(server.requests).toHaveLength(1);
  });

  test('a POST is repeated when it could not be sent', async () => {
    const { client, clock } = testClient({ url: await closedUrl() }, { retry: { limit: 2 } });
    await expect(client.POST('/assets/download', { body })).rejects.toThrow(NetworkError);
    expect(clock.delays).toHaveLength(2);
  });

  test('a GET is repeated when its answer breaks off', async () => {
    const server = await startHttpServer((_, response, count) => {
      if (count > 1) {
        json(response, 200, ready);
        return;
      }
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{"jobId"');
      setImmediate(() => response.destroy());
    });
    const { client } = testClient(server);
    expect((await client.GET('/assets/download/{jobId}', status)).data).toEqual(ready);
  });
});

describe('timeouts and cancelling', () => {
  test.each([false, true])('no whole answer in time is a NetworkError (headers came: %s)', async (headersCame) => {
    const server = await startHttpServer((_, response) => {
      if (headersCame) response.writeHead(200, { 'content-type': 'application/json' }).write('{');
    });
    const { client } = testClient(server, { requestTimeoutMs: 50, retry: false });
    const call = client.GET('/assets/download/{jobId}', status);
    await expect(call).rejects.toThrow(NetworkError);
    await expect(call).rejects.toThrow(/within 50 ms/);
  });

  test.each(['GET', 'POST'])(
    'cancelling a %s rejects with the reason as it is, and sends nothing again',
    async (method) => {
      const controller = new AbortController();
      const { signal } = controller;
      const reason = new Error('changed my mind');
      const server = await startHttpServer(() => controller.abort(reason));
      const { client } = testClient(server);
      const call =
        method === 'GET'
          ? client.GET('/assets/download/{jobId}', { ...status, signal })
          : client.POST('/assets/download', { body, signal });
      await expect(call).rejects.toBe(reason);
      expect(server.requests).toHaveLength(1);
    },
  );

  test('leaves no listener on a signal that is used for many calls', async () => {
    const server = await startHttpServer((_, response) => json(response, 200, ready));
    const { client } = testClient(server);
    const { signal } = new AbortController();
    for (let call = 0; call < 20; call++) await client.GET('/assets/download/{jobId}', { ...status, signal });
    // Those that the runtime's own Request holds by weak references are not ours to remove.
    const { signal: other } = new AbortController();
    for (let call = 0; call < 20; call++) new Request(server.url, { signal: other });
    expect(getEventListeners(signal, 'abort').length).toBeLessThanOrEqual(getEventListeners(other, 'abort').length);
  });
});

describe('answers that are not what they should be', () => {
  test('HTML with 200 is an InvalidResponseError that shows its beginning, without a signature', async () => {
    const server = await startHttpServer((_, response) =>
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<html>\n<a href="https://x.example/?sig=canary">Sign in'),
    );
    const { client } = testClient(server);
    const call = client.GET('/assets/download/{jobId}', status);
    await expect(call).rejects.toThrow(InvalidResponseError);
    await expect(call).rejects.toThrow(/answered without JSON: "<html>.*base URL/);
    await expect(call).rejects.not.toThrow(/canary/);
    // A SyntaxError would quote the text.
    await expect(call).rejects.not.toHaveProperty('cause');
  });

  test('an answer without end ends at the deadline', async () => {
    const server = await startHttpServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const pump = () => {
        response.write(' ');
        if (!response.destroyed) setImmediate(pump);
      };
      pump();
    });
    const { client } = testClient(server, { requestTimeoutMs: 100, retry: false });
    await expect(client.GET('/assets/download/{jobId}', status)).rejects.toThrow(/within 100 ms/);
  });

  test('204 without a body passes through', async () => {
    const server = await startHttpServer((_, response) => response.writeHead(204).end());
    const { client } = testClient(server);
    const { data, response } = await client.GET('/assets/download/{jobId}', status);
    expect([data, response.status]).toEqual([undefined, 204]);
  });
});
