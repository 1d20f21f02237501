import { describe, expect, test } from 'vitest';
import { planBatches, type Batch } from '../src/batches.js';
import {
  downloadBatches,
  type BatchOutcome,
  type DownloadBatchesOptions,
  type RequestedBatch,
} from '../src/download-batches.js';
import { BatchTooLargeError, HttpError, JobFailedError, NetworkError } from '../src/errors.js';
import type { ProgressEvent } from '../src/progress.js';
import { startTestSandbox } from './helpers/sandbox-client.js';

const ids = (count: number, prefix = 'asset') => Array.from({ length: count }, (_, at) => `${prefix}_${at}`);
const plan = (count: number) => planBatches({ assetIds: ids(count) }, { batchSize: 1 });

async function collect(outcomes: AsyncIterable<BatchOutcome>): Promise<BatchOutcome[]> {
  const all: BatchOutcome[] = [];
  for await (const outcome of outcomes) all.push(outcome);
  return all;
}

async function setUp(...sandboxOptions: Parameters<typeof startTestSandbox>) {
  const started = await startTestSandbox(...sandboxOptions);
  const { client, clock, sandbox } = started;
  const run = (batches: Iterable<Batch | RequestedBatch>, options: DownloadBatchesOptions = {}) =>
    collect(downloadBatches(client, batches, { clock, ...options }));
  const posts = () => sandbox.requests.filter(({ operationId }) => operationId === 'downloadRequestBatch');
  return { ...started, run, posts };
}

test('yields each batch with its job and a URL that can be fetched', async () => {
  const { run } = await setUp();
  const outcomes = await run(plan(3));
  expect(outcomes).toHaveLength(3);
  for (const outcome of outcomes) {
    if (outcome.status !== 'ready') throw outcome.error;
    expect(outcome).toMatchObject({ kind: 'archive', part: [], job: { jobId: expect.any(String) as string } });
    expect((await fetch(outcome.downloadUrl)).status).toBe(200);
  }
});

test('results come as they settle, with no more jobs under way than allowed', async () => {
  const { run, sandbox } = await setUp({
    jobDurationMs: ({ assetCount }) => (assetCount === 3 ? 60_000 : 1000),
    maxConcurrentJobs: 2,
  });
  const batches = planBatches({ assetIds: ids(9) }, { batchSize: 3 });
  batches[1]!.query.assetIds.pop();
  batches[2]!.query.assetIds.pop();
  const outcomes = await run(batches, { concurrency: 2 });
  expect(outcomes.map(({ index }) => index)).toEqual([1, 2, 0]);
  expect(sandbox.requests.filter(({ status }) => status === 429)).toHaveLength(0);
});

test('the jobs of a run learn from those that are done', async () => {
  const { run, sandbox } = await setUp({ jobDurationMs: 20_000 });
  await run(plan(6), { concurrency: 1 });
  const polls = sandbox.jobs.map(
    ({ jobId }) => sandbox.requests.filter(({ path }) => path.endsWith(`/assets/download/${jobId}`)).length,
  );
  expect(polls[0]).toBeGreaterThan(10);
  expect(Math.max(...polls.slice(1))).toBeLessThanOrEqual(4);
});

test('takes batches from the iterable only as there is room', async () => {
  const { client, clock } = await setUp();
  let taken = 0;
  function* source() {
    for (const batch of plan(50)) {
      taken++;
      yield batch;
    }
  }
  const outcomes = downloadBatches(client, source(), { clock, concurrency: 3 });
  await outcomes.next();
  expect(taken).toBe(3);
  await outcomes.return();
  expect(taken).toBe(3);
});

test('a consumer that leaves early calls off what is under way', async () => {
  const { client, clock, sandbox } = await setUp();
  for await (const outcome of downloadBatches(client, plan(20), { clock, concurrency: 2 })) {
    expect(outcome.status).toBe('ready');
    break;
  }
  expect(sandbox.jobs.length).toBeLessThanOrEqual(2);
  const pauses = clock.delays.length;
  await clock.delay(3_600_000);
  expect(clock.delays).toHaveLength(pauses + 1);
  expect(sandbox.jobs.length).toBeLessThanOrEqual(2);
});

test('one batch that fails takes no other with it, and keeps its job', async () => {
  const { run, sandbox } = await setUp();
  sandbox.faults.add({ on: 'downloadGetStatus', effect: { type: 'jobStatus', jobStatus: 'failure' } });
  const outcomes = await run(plan(4));
  const failed = outcomes.filter(({ status }) => status === 'failed');
  expect(outcomes).toHaveLength(4);
  expect(failed).toHaveLength(1);
  expect(failed[0]).toMatchObject({
    error: expect.any(JobFailedError) as Error,
    job: { jobId: expect.any(String) as string },
  });
});

test('a POST whose answer was lost is not sent again: it may have created a job', async () => {
  const { run, sandbox, posts } = await setUp();
  sandbox.faults.add({ on: 'downloadRequestBatch', effect: { type: 'dropAfterWork' } });
  const [outcome] = await run(plan(1));
  expect(outcome).toMatchObject({ status: 'failed', error: expect.any(NetworkError) as Error });
  expect(posts()).toHaveLength(1);
});

describe('batches that are too large', () => {
  test('are halved until the server takes them, and nothing is lost', async () => {
    const { run, sandbox } = await setUp({ assetsPerModel: 300 });
    const events: ProgressEvent[] = [];
    const models = ids(8, 'model');
    const outcomes = await run(planBatches({ modelIds: models }), { onProgress: (event) => events.push(event) });
    expect(outcomes.map(({ status }) => status)).toEqual(['ready', 'ready', 'ready', 'ready']);
    expect(outcomes.flatMap(({ batch }) => batch.query.modelIds).sort()).toEqual(models);
    expect(outcomes.map(({ part }) => part.join('')).sort()).toEqual(['00', '01', '10', '11']);
    expect(sandbox.jobs).toHaveLength(4);
    expect(events.filter(({ type }) => type === 'batch-split')).toHaveLength(3);
  });

  test('a single model that is too large is a clear error that says what to do', async () => {
    const { run } = await setUp({ assetsPerModel: (id) => (id === 'model_big' ? 1001 : 2) });
    const outcomes = await run(planBatches({ modelIds: ['model_a', 'model_big', 'model_b'] }));
    const failed = outcomes.filter((outcome) => outcome.status === 'failed');
    expect(failed).toHaveLength(1);
    expect(failed[0]?.error).toBeInstanceOf(BatchTooLargeError);
    expect(failed[0]?.error.message).toBe(
      'POST /assets/download answered 400 Bad Request: The batch exceeds 1000 assets. ' +
        'If the id "model_big" alone is too large, name its assets.',
    );
    const ready = outcomes.filter(({ status }) => status === 'ready').flatMap(({ batch }) => batch.query.modelIds);
    expect(ready.sort()).toEqual(['model_a', 'model_b']);
  });

  test('413 cuts asset ids, too', async () => {
    const { run, sandbox } = await setUp();
    sandbox.faults.add({ on: 'downloadRequestBatch', effect: { type: 'status', status: 413 } });
    const outcomes = await run(planBatches({ assetIds: ids(4) }));
    expect(outcomes.map(({ batch }) => batch.query.assetIds.length)).toEqual([2, 2]);
  });

  test('413 does so with a Retry-After, which is about that request alone', async () => {
    const { run, sandbox, posts } = await setUp();
    const effect = { type: 'status', status: 413, headers: { 'retry-after': '7200' } } as const;
    sandbox.faults.add({ on: 'downloadRequestBatch', effect });
    const outcomes = await run(planBatches({ assetIds: ['a', 'b', 'c', 'd'] }));
    expect(outcomes.map(({ status, part }) => [status, part]).sort()).toEqual([
      ['ready', [0]],
      ['ready', [1]],
    ]);
    expect(posts()).toHaveLength(3);
  });

  test('words about a limit are not taken for it where the batch cannot be too large', async () => {
    const { run, sandbox, posts } = await setUp();
    const body = { message: 'The name exceeds the maximum' };
    sandbox.faults.add({ on: 'downloadRequestBatch', effect: { type: 'status', status: 400, body } });
    await run(planBatches({ assetIds: ids(4) }));
    expect(posts()).toHaveLength(1);
  });

  test.each(['Unknown model', 'fileNameTemplate exceeds the maximum length of 255', 'at most 3 tags'])(
    'another 400 is not taken for it: %s',
    async (message) => {
      const { run, sandbox, posts } = await setUp();
      const body = { message };
      sandbox.faults.add({ on: 'downloadRequestBatch', effect: { type: 'status', status: 400, body } });
      const outcomes = await run(planBatches({ modelIds: ids(4, 'model') }));
      expect(outcomes[0]).toMatchObject({ status: 'failed', error: { status: 400 } });
      expect(posts()).toHaveLength(1);
    },
  );
});

describe('a server that refuses', () => {
  test('401 is asked once: what was not requested yet fails without a request', async () => {
    const { run, posts } = await setUp({}, { apiSecret: 'wrong' });
    const outcomes = await run(plan(30), { concurrency: 1 });
    expect(outcomes).toHaveLength(30);
    expect(outcomes.every((outcome) => outcome.status === 'failed' && outcome.error instanceof HttpError)).toBe(true);
    expect(posts()).toHaveLength(1);
  });

  test('without a network, as many are requested as may be at once, and the others fail with them', async () => {
    const { run, sandbox, posts } = await setUp({}, { retry: { limit: 0 } });
    sandbox.faults.add({ on: 'downloadRequestBatch', times: Infinity, effect: { type: 'drop' } });
    const outcomes = await run(plan(30), { concurrency: 3 });
    expect(outcomes).toHaveLength(30);
    expect(outcomes.every((outcome) => outcome.status === 'failed' && outcome.error instanceof NetworkError)).toBe(
      true,
    );
    // Three have failed while two more were under way.
    expect(posts()).toHaveLength(5);
  });

  test('a ceiling of jobs at once is learned, and everything gets through', async () => {
    const { run, sandbox } = await setUp({ maxConcurrentJobs: 2, jobDurationMs: 20_000 }, { retry: { limit: 0 } });
    const outcomes = await run(plan(12), { concurrency: 6 });
    expect(outcomes.filter(({ status }) => status === 'ready')).toHaveLength(12);
    expect(sandbox.jobs).toHaveLength(12);
  });

  test('a batch that is refused for ever fails in the end', async () => {
    const { run, sandbox, posts } = await setUp({}, { retry: { limit: 0 } });
    sandbox.faults.add({ on: 'downloadRequestBatch', times: Infinity, effect: { type: 'status', status: 429 } });
    const outcomes = await run(plan(2));
    expect(outcomes).toMatchObject([
      { status: 'failed', error: { status: 429 } },
      { status: 'failed', error: { status: 429 } },
    ]);
    expect(posts()).toHaveLength(12);
  });
});

describe('a server that wants to be left alone', () => {
  const refusal = (seconds: number, times: number) =>
    ({
      on: 'downloadRequestBatch',
      times,
      effect: { type: 'status', status: 429, headers: { 'retry-after': `${seconds}` } },
    }) as const;

  test('for longer than one request is repeated for is left alone, and gets the batches then', async () => {
    const { run, sandbox, clock, posts } = await setUp();
    sandbox.faults.add(refusal(120, 4));
    const putOff: ProgressEvent[] = [];
    const onProgress = (event: ProgressEvent) => {
      if (event.type === 'put-off') putOff.push(event);
    };
    const outcomes = await run(plan(12), { onProgress });
    expect(putOff).toEqual(Array.from({ length: 4 }, () => ({ type: 'put-off', delayMs: 120_000 })));
    expect(outcomes.filter(({ status }) => status === 'ready')).toHaveLength(12);
    expect(clock.delays.filter((ms) => ms === 120_000)).toHaveLength(4);
    expect(posts()).toHaveLength(16);
  });

  test('for too long is asked no more', async () => {
    const { run, sandbox, posts } = await setUp();
    sandbox.faults.add(refusal(7200, Infinity));
    const outcomes = await run(plan(12));
    expect(outcomes).toHaveLength(12);
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ status: 'failed', error: { retryAfterMs: 7_200_000 } });
    // No more than were under way when the first answer came.
    expect(posts().length).toBeLessThanOrEqual(7);
  });
});

describe('jobs that were requested before', () => {
  test('a batch and its job go through JSON and are only waited for', async () => {
    const { run, client, clock, posts } = await setUp();
    const stored: RequestedBatch[] = [];
    const onProgress = (event: ProgressEvent) => {
      if (event.type !== 'batch-requested') return;
      stored.push({ batch: event.batch, job: { jobId: event.jobId, requestedAt: clock.now() } });
    };
    await downloadBatches(client, plan(1), { clock, onProgress }).next();
    const outcomes = await run(JSON.parse(JSON.stringify(stored)) as RequestedBatch[]);
    expect(outcomes).toMatchObject([{ status: 'ready', job: stored[0]!.job }]);
    expect(posts()).toHaveLength(1);
  });

  test('one that the server no longer has is requested anew', async () => {
    const { run, posts } = await setUp();
    const [outcome] = await run([{ batch: plan(1)[0]!, job: { jobId: 'job_gone', requestedAt: 0 } }]);
    expect(outcome).toMatchObject({ status: 'ready' });
    expect(outcome?.job?.jobId).not.toBe('job_gone');
    expect(posts()).toHaveLength(1);
  });
});

test('cancelling rejects with the reason as it is', async () => {
  const { run, sandbox } = await setUp();
  const controller = new AbortController();
  const reason = new Error('changed my mind');
  const onProgress = ({ type }: ProgressEvent) => type === 'batch-ready' && controller.abort(reason);
  await expect(run(plan(20), { signal: controller.signal, onProgress })).rejects.toBe(reason);
  expect(sandbox.jobs.length).toBeLessThan(20);
});

test.each([0, 1.5, Number.NaN])('refuses a concurrency of %s', async (concurrency) => {
  const { run } = await setUp();
  await expect(run(plan(1), { concurrency })).rejects.toThrow(
    /concurrency must be a whole number from 1 to 1000000, but is /,
  );
});
