import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { HttpError, InvalidResponseError } from '../src/errors.js';
import { getStatus } from '../src/get-status.js';
import { unwrap } from '../src/unwrap.js';
import { json, startHttpServer, type Handler } from './helpers/http-server.js';
import { testClient } from './helpers/test-client.js';

async function errorFor(handler: Handler): Promise<HttpError> {
  const server = await startHttpServer(handler);
  const { client } = testClient(server, { retry: false });
  const result = await client.GET('/assets/download/{jobId}', { params: { path: { jobId: 'j' } } });
  try {
    unwrap(result, 'GET', '/assets/download/j');
  } catch (error) {
    if (error instanceof HttpError) return error;
    throw error;
  }
  throw new Error('unwrap found nothing wrong');
}

test('an empty 500 is an error, although openapi-fetch has no error for it', async () => {
  const error = await errorFor((_, response) => response.writeHead(500, { 'content-length': '0' }).end());
  expect(error).toMatchObject({ status: 500, method: 'GET', body: undefined, requestId: undefined });
  expect(error.message).toBe('GET /assets/download/j answered 500 Internal Server Error.');
});

test('a JSON error is shown by what it says, with its request id', async () => {
  const error = await errorFor((_, response) =>
    response
      .writeHead(403, { 'content-type': 'application/json', 'x-request-id': 'req-1' })
      .end('{"error":"Forbidden","reason":"missing scope","details":{"scope":"assets"}}'),
  );
  expect(error).toMatchObject({ status: 403, requestId: 'req-1', body: { details: { scope: 'assets' } } });
  expect(error.message).toMatch(/answered 403 Forbidden: missing scope\.$/);
});

test.each([
  { error: { message: 'Not enough credits.', code: 'x' } },
  { errors: [{ message: 'Not enough credits' }, { message: 'and more' }] },
  { errors: ['Not enough credits'] },
  [{ reason: 'Not enough credits' }],
  { message: '', error: { error: 'Not enough credits' } },
])('the reason is found where %j has it', async (body) => {
  const error = await errorFor((_, response) => json(response, 402, body));
  expect(error.message).toBe('GET /assets/download/j answered 402 Payment Required: Not enough credits.');
});

test.each([{ error: { code: 7 } }, { errors: [] }, { message: 5, error: null }, [], { error: '<p>' }])(
  'there is none in %j',
  async (body) => {
    const error = await errorFor((_, response) => json(response, 402, body));
    expect(error.message).toBe('GET /assets/download/j answered 402 Payment Required.');
  },
);

test('HTML of a gateway is kept, cut, and not put into the message', async () => {
  const error = await errorFor((_, response) =>
    response.writeHead(502, { 'content-type': 'text/html' }).end(`<html>${'x'.repeat(9000)}`),
  );
  expect(error.message).toBe('GET /assets/download/j answered 502 Bad Gateway.');
  expect(error.body).toHaveLength(2000);
});

test('no signature and no query gets into the error', async () => {
  const error = await errorFor((_, response) =>
    response
      .writeHead(400, { 'content-type': 'application/json' })
      .end('{"message":"bad https://files.example/a.zip?signature=canary","more":["https://x.example/?s=canary"]}'),
  );
  expect(inspect(error) + JSON.stringify(error)).not.toContain('canary');
  expect(error.body).toEqual({ message: 'bad https://files.example/a.zip', more: ['https://x.example/'] });
  expect(error.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/assets\/download\/j$/);
});

test('neither does one of JSON in JSON, where slashes and ampersands are escaped', async () => {
  const inner = String.raw`{"url":"https:\/\/h.example\/p?a=1\u0026sig=canary"}`;
  const error = await errorFor((_, response) =>
    response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ message: `got ${inner}` })),
  );
  expect(inspect(error) + JSON.stringify(error)).not.toContain('canary');
  expect(error.body).toEqual({ message: 'got {"url":"https://h.example/p"}' });
});

test('neither does one in the reason phrase or the request id, and no credentials that a gateway repeats', async () => {
  const error = await errorFor(({ headers }, response) =>
    response
      .writeHead(400, 'see https://h.example/x?sig=canary', { 'x-request-id': 's3://h/x?sig=canary' })
      .end(`authorization: ${headers.authorization}`),
  );
  expect(inspect(error) + JSON.stringify(error)).not.toMatch(/canary|a2V5/);
  expect(error).toMatchObject({ requestId: 's3://h/x', body: 'authorization: Basic ***' });
  expect(error.message).toBe('GET /assets/download/j answered 400 see https://h.example/x: authorization: Basic ***.');
});

test('the status of a job has no query either, in whatever it gets into', async () => {
  const server = await startHttpServer((_, response) => json(response, 200, { jobStatus: 'at https://h/x?canary' }));
  const { client, clock } = testClient(server);
  expect(await getStatus(client, 'j', clock)).toMatchObject({ jobStatus: 'at https://h/x' });
});

test.each([
  ['plain', `https://${'a'.repeat(7_000_000)}`],
  ['escaped', String.raw`https:\/\/${String.raw`x\/`.repeat(2_300_000)}`],
])('megabytes of an address are cut: %s', async (_, body) => {
  const error = await errorFor((_, response) => response.writeHead(403, { 'content-type': 'text/plain' }).end(body));
  expect(error.status).toBe(403);
  expect(String(error.body).length).toBeLessThanOrEqual(2000);
});

test('a redirect says that it is one', async () => {
  const error = await errorFor((_, response) => response.writeHead(307, { location: 'https://x.example' }).end());
  expect(error.message).toBe('GET /assets/download/j answered 307 Temporary Redirect: the base URL redirects.');
});

test('304 leads nowhere, and is no redirect', async () => {
  const error = await errorFor((_, response) => response.writeHead(304).end());
  expect(error.message).toBe('GET /assets/download/j answered 304 Not Modified.');
});

test('Retry-After is read', async () => {
  const error = await errorFor((_, response) => response.writeHead(429, { 'retry-after': '9' }).end());
  expect(error.retryAfterMs).toBe(9000);
});

test.each([
  ['', /without JSON: ""/],
  ['null', /without a jobStatus/],
  ['"text"', /without a jobStatus/],
  ['[]', /without a jobStatus/],
])('a success with %j is an InvalidResponseError', async (body, message) => {
  const server = await startHttpServer((_, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(body),
  );
  const { client, clock } = testClient(server);
  const answer = getStatus(client, 'j', clock);
  await expect(answer).rejects.toThrow(InvalidResponseError);
  await expect(answer).rejects.toThrow(message);
});
