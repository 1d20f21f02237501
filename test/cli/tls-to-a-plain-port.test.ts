import { expect, test } from 'vitest';
import { explainError } from '../../src/cli/explain-error.js';
import { NetworkError } from '../../src/errors.js';
import { createScenarioClient } from '../../src/client.js';
import { startHttpServer } from '../helpers/http-server.js';

test('https to a port that speaks http', async () => {
  const server = await startHttpServer((_request, response) => response.end());
  const baseUrl = server.url.replace('http:', 'https:');
  const client = createScenarioClient({ apiKey: 'k', apiSecret: 's', baseUrl, retry: false });
  const error: unknown = await client
    .GET('/assets/download/{jobId}', { params: { path: { jobId: 'j' } } })
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(NetworkError);
  const { message, advice } = explainError(error);
  expect(message).toMatch(/^No whole answer to GET https:.*[^\s]\.$/);
  expect(advice).toBe('Check SCENARIO_BASE_URL: what answers there does not speak https.');
});
