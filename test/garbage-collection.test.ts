import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it, onTestFinished } from 'vitest';
import { startHttpServer } from './helpers/http-server.js';
import { testClient } from './helpers/test-client.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Collects garbage all the time while a test runs. */
function collectAlways(): void {
  const timer = setInterval(collectGarbage, 10);
  onTestFinished(() => clearInterval(timer));
}

const params = { path: { jobId: 'job' } };

it('a deadline ends a silent request, whatever the garbage collector has done by then', async () => {
  const server = await startHttpServer(() => undefined);
  const { client } = testClient(server, { requestTimeoutMs: 100, retry: false });
  collectAlways();
  await expect(client.GET('/assets/download/{jobId}', { params })).rejects.toThrow('within 100 ms');
}, 10_000);

it('a deadline ends an answer that falls silent', async () => {
  const server = await startHttpServer((_, response) => void response.writeHead(200).write('{'));
  const { client } = testClient(server, { requestTimeoutMs: 100, retry: false });
  collectAlways();
  await expect(client.GET('/assets/download/{jobId}', { params })).rejects.toThrow('within 100 ms');
}, 10_000);

it('the caller ends a silent request', async () => {
  const caller = new AbortController();
  const server = await startHttpServer(() => setTimeout(() => caller.abort(new Error('the caller')), 100));
  const { client } = testClient(server);
  collectAlways();
  const answer = client.GET('/assets/download/{jobId}', { params, signal: caller.signal });
  await expect(answer).rejects.toThrow('the caller');
}, 10_000);
