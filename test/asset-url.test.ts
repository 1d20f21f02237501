import { expect, test } from 'vitest';
import { resolveAssetUrl } from '../src/asset-url.js';
import { InvalidInputError, InvalidResponseError } from '../src/errors.js';
import { TARGET_FORMATS, type TargetFormat } from '../src/types.js';
import { json, startHttpServer } from './helpers/http-server.js';
import { testClient } from './helpers/test-client.js';

const url = 'https://files.example/a.webp?signature=canary';

test('asks for the asset in the format', async () => {
  const server = await startHttpServer((_, response) => json(response, 200, { url }));
  const { client } = testClient(server);
  expect(await resolveAssetUrl(client, 'a/b', { targetFormat: 'webp' })).toBe(url);
  expect(server.requests[0]).toMatchObject({ path: '/assets/a%2Fb/download', body: '{"targetFormat":"webp"}' });
});

test('asks with an empty object for the asset as it is', async () => {
  const server = await startHttpServer((_, response) => json(response, 200, { url }));
  await resolveAssetUrl(testClient(server).client, 'a');
  expect(server.requests[0]).toMatchObject({ method: 'POST', body: '{}' });
});

test.each(['.', '..', ''])('refuses the id %j, which would call another operation', async (assetId) => {
  const server = await startHttpServer((_, response) => json(response, 200, { url }));
  await expect(resolveAssetUrl(testClient(server).client, assetId)).rejects.toThrow(InvalidInputError);
  expect(server.requests).toHaveLength(0);
});

test('refuses an unknown format and lists all that there are', async () => {
  const server = await startHttpServer((_, response) => json(response, 200, { url }));
  const call = resolveAssetUrl(testClient(server).client, 'a', { targetFormat: 'bmp' as TargetFormat });
  await expect(call).rejects.toThrow(`one of ${TARGET_FORMATS.join(', ')}, but is "bmp"`);
  expect(server.requests).toHaveLength(0);
});

test.each([{}, { url: 5 }, { url: 'x' }, { url: 'http://files.example/?signature=canary' }])(
  'refuses the answer %j',
  async (answer) => {
    const server = await startHttpServer((_, response) => json(response, 200, answer));
    const error: unknown = await resolveAssetUrl(testClient(server).client, 'a').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InvalidResponseError);
    expect((error as Error).message).not.toContain('canary');
  },
);
