import createClient from 'openapi-fetch';
import { describe, expect, it } from 'vitest';
import type { paths } from '../../generated/schema.js';
import { createScenarioClient, type ScenarioClient } from '../../src/client.js';
import { apiHostOf } from '../../src/node/api-host.js';
import { saveAll } from '../../src/node/save-all.js';
import type { SaveOptions } from '../../src/node/save-options.js';
import { startArchiveHost } from '../helpers/file-host.js';
import { createTransferClock } from '../helpers/node-clock.js';
import { digest, makeFolder, readTree } from '../helpers/node-folder.js';
import { makeZip } from '../helpers/node-zip.js';

const credentials = { apiKey: 'k', apiSecret: 's' };

describe('apiHostOf', () => {
  it.each([
    ['https://api.example.com/v1', 'api.example.com'],
    ['https://api.example.com:8443', 'api.example.com'],
    ['http://127.0.0.1:4010/v1/', '127.0.0.1'],
    ['http://[::1]:4010/v1', '[::1]'],
    ['https://api.cloud.scenario.com/v1', undefined],
    ['https://API.cloud.scenario.com/v2', undefined],
  ])('tells where %s leads', (baseUrl, expected) => {
    expect(apiHostOf(createScenarioClient({ ...credentials, baseUrl }))).toBe(expected);
  });

  it('takes a client that it does not know for one of the API of the spec', () => {
    expect(apiHostOf(createClient<paths>({ baseUrl: 'https://api.example.com' }))).toBeUndefined();
  });
});

describe.each<[string, Partial<SaveOptions>, string]>([
  ['archives', {}, 'a.png'],
  ['single assets', { targetFormat: 'png' }, 'a.png'],
])('a run into the folder of another, of %s', (_, options, path) => {
  const setUp = async () => {
    const directory = await makeFolder();
    /** An API whose asset has this content. */
    const startApi = async (content: string) => {
      const host = await startArchiveHost([makeZip([{ name: path, data: content }])]);
      host.files.set('/files/a', Buffer.from(content));
      return host;
    };
    const save = (client: ScenarioClient) =>
      saveAll(client, { assetIds: ['a'] }, { directory, clock: createTransferClock(), ...options });
    return { directory, startApi, save };
  };

  it('asks for nothing that is there, when the same API has another port', async () => {
    const { startApi, save } = await setUp();
    await save((await startApi('from the first')).client);
    const again = await startApi('never asked for');
    expect(await save(again.client)).toMatchObject({ ok: true, skipped: [{ path, reason: 'present' }] });
    expect(again.apiRequests).toEqual([]);
  });

  it('takes nothing that is there for its own, when the API is another', async () => {
    const { directory, startApi, save } = await setUp();
    await save((await startApi('from the first')).client);
    const { url } = await startApi('from the other');
    const client = createScenarioClient({ ...credentials, baseUrl: `${url.replace('127.0.0.1', 'localhost')}/v1` });
    const report = await save(client);
    expect(report).toMatchObject({ ok: true, skipped: [] });
    const [own] = report.batches[0]?.files ?? [];
    expect(await readTree(directory)).toEqual({
      [path]: 'from the first',
      [own?.path ?? '']: digest('from the other'),
    });
    expect((await save(client)).skipped).toEqual([{ path: own?.path, reason: 'present' }]);
  });
});
