import { expect, test } from 'vitest';
import { createProgressTracker, type ProgressPlan } from '../../../src/cli/progress/progress-state.js';
import type { SaveEvent } from '../../../src/node/events.js';

const batch = { options: { fileNameTemplate: 'x' }, query: { assetIds: ['a'], inferenceIds: [], modelIds: [] } };

function track(plan: ProgressPlan) {
  const clock = { now: 1_000_000 };
  const tracker = createProgressTracker(plan, () => clock.now);
  const take = (...events: SaveEvent[]) => {
    events.forEach(tracker.take);
    return tracker.read();
  };
  return { clock, take, read: tracker.read };
}

test('a run from the first request to the last file', () => {
  const { clock, take, read } = track({ batches: 2, assets: 5 });
  expect(read()).toEqual({
    phase: 'starting',
    batches: { ready: 0, total: 2 },
    files: { done: 0, total: 5, failed: 0 },
    bytes: { received: 0, expected: 0 },
    rate: undefined,
    secondsLeft: undefined,
    waitingFor: undefined,
  });

  expect(take({ type: 'batch-requested', index: 0, part: [], batch, jobId: 'j1' }).phase).toBe('waiting');
  const poll = { type: 'batch-waiting' as const, index: 0, part: [], jobId: 'j1', elapsedMs: 0, nextPollMs: 2500 };
  expect(take({ ...poll, jobStatus: 'queued' }).waitingFor).toBe('queued, 3 s');
  clock.now += 2500;
  expect(read().waitingFor).toBeUndefined();

  take({ type: 'batch-ready', index: 0, part: [], jobId: 'j1', elapsedMs: 1 });
  const opened = take({ type: 'archive-opened', batch: 0, jobId: 'j1', files: 3, bytes: 300, ranges: true });
  expect(opened).toMatchObject({ phase: 'saving', batches: { ready: 1, total: 2 } });
  // The second archive may have any number of files: what was asked for is the best that is known.
  expect(opened.files.total).toBe(5);

  take({ type: 'archive-opened', batch: 1, jobId: 'j2', files: 4, bytes: 100, ranges: true });
  take({ type: 'transfer', receivedBytes: 100, expectedBytes: 400, connections: 1 });
  clock.now += 1000;
  const halfway = take(
    { type: 'transfer', receivedBytes: 300, expectedBytes: 400, connections: 1 },
    { type: 'file-saved', path: 'a', bytes: 1 },
    { type: 'file-skipped', path: 'b', reason: 'present' },
    { type: 'file-failed', entry: 'c', error: new Error() },
  );
  expect(halfway).toMatchObject({
    batches: { ready: 2, total: 2 },
    files: { done: 2, total: 7, failed: 1 },
    bytes: { received: 300, expected: 400 },
    rate: 200,
    secondsLeft: 0.5,
  });
});

test('the state of a job cannot steer the terminal that it is drawn on', () => {
  const { take } = track({ batches: 1, assets: 1 });
  const progress = take(
    { type: 'batch-requested', index: 0, part: [], batch, jobId: 'j1' },
    {
      type: 'batch-waiting',
      index: 0,
      part: [],
      jobId: 'j1',
      jobStatus: '\u001B[2J\n',
      elapsedMs: 0,
      nextPollMs: 1000,
    },
  );
  expect(progress.waitingFor).toBe('\\x1b[2J\\x0a, 1 s');
});

test('what is waited for is gone when it is over', () => {
  const { clock, take, read } = track({ batches: 1, assets: 1 });
  const retry = { type: 'retry', operation: 'POST /v1/assets/download', attempt: 1, delayMs: 12_000 } as const;
  expect(take({ ...retry, status: 429 }).waitingFor).toBe('rate limited, 12 s');
  clock.now += 4000;
  expect(read().waitingFor).toBe('rate limited, 8 s');
  expect(take({ type: 'batch-requested', index: 0, part: [], batch, jobId: 'j' }).waitingFor).toBeUndefined();
  expect(take({ ...retry, status: 503 }).waitingFor).toBe('the server answered 503, 12 s');
  expect(take(retry).waitingFor).toBe('no answer, 12 s');
  expect(take({ type: 'put-off', delayMs: 600_000 }).waitingFor).toBe('rate limited, 600 s');
  const broken = { type: 'transfer-retry', source: 'h', reason: 'r', attempt: 1, delayMs: 500 } as const;
  expect(take(broken).waitingFor).toBe('the transfer broke off, 1 s');
  clock.now += 501;
  expect(read().waitingFor).toBeUndefined();
});

test('a batch that is split counts as its parts', () => {
  const { take } = track({ batches: 1, assets: undefined });
  const progress = take(
    { type: 'batch-split', index: 0, part: [], parts: 2 },
    { type: 'batch-ready', index: 0, part: [], jobId: 'j1', elapsedMs: 1 },
    { type: 'batch-ready', index: 0, part: [], jobId: 'j2', elapsedMs: 1 },
  );
  expect(progress.batches).toEqual({ ready: 2, total: 2 });
});

test('an archive that is read anew is not counted twice', () => {
  const { take } = track({ batches: 1, assets: undefined });
  const opened = { type: 'archive-opened', batch: 0, jobId: 'j', files: 3, bytes: 1, ranges: true } as const;
  const progress = take(opened, { type: 'archive-changed', batch: 0, jobId: 'j' }, opened);
  expect(progress.files.total).toBe(3);
  expect(progress.batches.ready).toBe(1);
});

test('what an earlier run has saved is checked, not downloaded', () => {
  const { take } = track({ batches: 1, assets: 1 });
  expect(take({ type: 'file-skipped', path: 'a', reason: 'present' }).phase).toBe('checking');
});

test('assets that are asked for one by one', () => {
  const { take } = track({ batches: 0, assets: 3 });
  expect(take({ type: 'asset-ready', assetId: 'a' }).phase).toBe('waiting');
  const progress = take({ type: 'file-saved', path: 'a.png', bytes: 1 });
  expect(progress).toMatchObject({ phase: 'saving', files: { done: 1, total: 3 }, secondsLeft: undefined });
});

test('the rate is that of the last seconds, and gone when nothing comes', () => {
  const { clock, take, read } = track({ batches: 1, assets: 1 });
  for (let second = 0; second <= 20; second++) {
    const receivedBytes = second <= 10 ? second * 100 : 1000 + (second - 10) * 10;
    take({ type: 'transfer', receivedBytes, expectedBytes: 5000, connections: 1 });
    clock.now += 1000;
  }
  expect(read().rate).toBeLessThan(15);
  clock.now += 60_000;
  expect(read().rate).toBeUndefined();
});

test('where every batch has failed, what was asked for is still what is known', () => {
  const { take } = track({ batches: 1, assets: 1 });
  const failed = take({ type: 'batch-failed', index: 0, part: [], jobId: 'j1', error: new Error() });
  expect(failed.files).toEqual({ done: 0, total: 1, failed: 0 });
});
