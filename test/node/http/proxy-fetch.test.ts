import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { resolveAssetUrl } from '../../../src/asset-url.js';
import { createScenarioClient } from '../../../src/client.js';
import { createProxyFetch } from '../../../src/node/http/proxy-fetch.js';
import { waitForJob } from '../../../src/jobs.js';
import { startHttpServer } from '../../helpers/http-server.js';

describe('createProxyFetch', () => {
  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['identity', (text: string) => Buffer.from(text)],
  ])('reads an answer that is packed without being asked for: %s', async (encoding, pack) => {
    const answer = JSON.stringify({ jobId: 'j', jobStatus: 'success', downloadUrl: 'https://host.example/a.zip' });
    const server = await startHttpServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding }).end(pack(answer));
    });
    const client = createScenarioClient({
      baseUrl: server.url,
      apiKey: 'k',
      apiSecret: 's',
      fetch: createProxyFetch({}),
    });
    expect(await waitForJob(client, { jobId: 'j' })).toMatchObject({ downloadUrl: 'https://host.example/a.zip' });
    expect(server.requests[0]?.headers).toMatchObject({ accept: '*/*', 'accept-encoding': 'identity' });
  });

  it.each([599, 600, 999])('hands on a status that is unheard of: %i', async (status) => {
    const server = await startHttpServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end('{"message":"no idea"}');
    });
    const options = { apiKey: 'k', apiSecret: 's', fetch: createProxyFetch({}), retry: false } as const;
    const client = createScenarioClient({ baseUrl: server.url, ...options });
    await expect(resolveAssetUrl(client, 'a')).rejects.toMatchObject({
      code: 'HTTP_ERROR',
      status,
      body: { message: 'no idea' },
    });
  });

  it('takes an answer that is packed and cut short for none', async () => {
    const server = await startHttpServer((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"jobStatus":"x"}').subarray(0, -9));
    });
    const options = { apiKey: 'k', apiSecret: 's', fetch: createProxyFetch({}), retry: false } as const;
    const client = createScenarioClient({ baseUrl: server.url, ...options });
    const get = client.GET('/assets/download/{jobId}', { params: { path: { jobId: 'j' } } });
    await expect(get).rejects.toMatchObject({
      code: 'NETWORK_ERROR',
      message: expect.stringMatching('unexpected end of file') as string,
    });
  });
});
