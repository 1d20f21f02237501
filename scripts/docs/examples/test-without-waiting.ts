// Tests ten minutes of waiting in no time and without a network, with a clock and a fetch of its own.
import assert from 'node:assert/strict';
import { createScenarioClient, downloadAll, systemClock } from 'scenario-downloads';
import type { Clock, Delay, DownloadGetStatusResponse, DownloadRequestBatchResponse, Fetch } from 'scenario-downloads';

const TEN_MINUTES = 600_000;
const start = Date.UTC(2025, 0, 1);
let now = start;
let questions = 0;

// Nobody waits: every pause only moves the clock.
const delay: Delay = (ms, signal) => {
  if (signal?.aborted) return Promise.reject(signal.reason as Error);
  now += ms;
  return Promise.resolve();
};
const clock: Clock = { now: () => now, delay, random: () => 0.5 };

// The types of the answers keep this fake honest when the spec changes.
const fetch: Fetch = ({ method }) => {
  if (method === 'POST') {
    const job: DownloadRequestBatchResponse = { jobId: 'job_1' };
    return Promise.resolve(Response.json(job));
  }
  questions++;
  const isReady = now >= start + TEN_MINUTES;
  const status: DownloadGetStatusResponse = isReady
    ? { jobId: 'job_1', jobStatus: 'success', downloadUrl: 'https://files.example.com/1.zip' }
    : { jobId: 'job_1', jobStatus: 'in-progress' };
  return Promise.resolve(Response.json(status));
};

const began = systemClock.now();
const client = createScenarioClient({ apiKey: 'key', apiSecret: 'secret', fetch, clock });
const [archive] = await downloadAll(client, { modelIds: ['model_1'] }, { clock });

assert.equal(archive?.jobStatus, 'success');
assert.ok(now - start < TEN_MINUTES + 10_000, 'it noticed the end within ten seconds');
assert.ok(systemClock.now() - began < TEN_MINUTES / 10, 'and nobody waited');
console.log(`ready after ${Math.floor((now - start) / 60_000)} minutes and ${questions} questions`);
