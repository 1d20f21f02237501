import { readFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createScenarioClient } from '../../src/client.js';
import { saveAll } from '../../src/node/save-all.js';
import { startSandbox, type Fault } from '../../src/sandbox/index.js';
import { createTransferClock } from '../helpers/node-clock.js';
import { makeFolder } from '../helpers/node-folder.js';

const credentials = { apiKey: 'canary-key-7f3a', apiSecret: 'canary-secret-91c2' };
const authorization = Buffer.from(`${credentials.apiKey}:${credentials.apiSecret}`).toString('base64');

/** Everything that an error or an event holds, causes and hidden properties included. */
const show = (value: unknown) => inspect(value, { depth: Infinity, showHidden: true, maxStringLength: Infinity });

/** What must be nowhere. */
function expectNoSecret(text: string, signatures: readonly string[]): void {
  for (const secret of [credentials.apiKey, credentials.apiSecret, authorization, ...signatures])
    expect(text).not.toContain(secret);
}

const faults: [string, Fault[]][] = [
  ['nothing', []],
  ['a host that refuses', [{ on: 'file', times: Infinity, effect: { type: 'status', status: 403 } }]],
  ['a connection that breaks', [{ on: 'file', times: Infinity, effect: { type: 'drop', afterBytes: 3 } }]],
  ['a redirect to http', [{ on: 'file', times: Infinity, effect: { type: 'redirect', location: 'http://example.com/x?signature=canary-redirect' } }]], // prettier-ignore
  ['an echo of the request', [{ on: 'downloadRequestBatch', times: Infinity, effect: { type: 'status', status: 400, body: { message: `no: https://files.example.com/a.zip?signature=canary-redirect` } } }]], // prettier-ignore
  ['an answer that is not JSON', [{ on: 'downloadGetStatus', times: Infinity, effect: { type: 'body', body: 'https://files.example.com/a.zip?signature=canary-redirect' } }]], // prettier-ignore
];

it.each(faults)('no secret is in errors, events, reports, the journal or a log: %s', async (_, added) => {
  const clock = createTransferClock();
  const sandbox = await startSandbox({ now: clock.now, credentials, jobDurationMs: 100, imageSize: 8 });
  onTestFinished(() => sandbox.close());
  added.forEach((fault) => sandbox.faults.add(fault));
  const directory = await makeFolder();
  const seen: unknown[] = [];
  const signatures = ['canary-redirect'];
  const fetch = async (request: Request) => {
    const response = await globalThis.fetch(request);
    const text = await response.clone().text();
    signatures.push(...[...text.matchAll(/[?&](?:signature|sig)[^"&\s]*=([\w%-]{8,})/gi)].map(([, value]) => value!));
    return response;
  };
  const onProgress = (event: unknown) => void seen.push(event);
  const client = createScenarioClient({ baseUrl: sandbox.baseUrl, ...credentials, clock, onProgress, fetch });
  for (const options of [{}, { targetFormat: 'png' as const }])
    seen.push(await saveAll(client, { assetIds: ['asset_1'] }, { directory, clock, onProgress, ...options }));
  const journal = await readFile(join(directory, '.scenario-downloads', 'journal.jsonl'), 'utf8').catch(() => '');
  expectNoSecret(show(seen) + JSON.stringify(seen) + journal + show(sandbox.requests), signatures);
  expect(sandbox.violations).toEqual([]);
  if (added.length === 0) expect(signatures.length).toBeGreaterThan(1);
});
