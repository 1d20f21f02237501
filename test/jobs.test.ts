import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { planBatches } from '../src/batches.js';
import { HttpError, InvalidInputError, InvalidResponseError, JobFailedError, JobTimeoutError } from '../src/errors.js';
import { requestBatch, waitForJob, type PollEvent, type WaitOptions } from '../src/jobs.js';
import { createPollingSchedule } from '../src/polling.js';
import { json, startHttpServer, type Handler } from './helpers/http-server.js';
import { testClient } from './helpers/test-client.js';

const downloadUrl = 'https://files.example/j.zip?signature=canary';
const [batch] = planBatches({ assetIds: ['a'] });

type Answer = { jobStatus?: unknown; downloadUrl?: unknown };

/** A server that gives these answers one after another, and the last one for ever. */
async function jobServer(...answers: (Answer | Handler)[]) {
  const server = await startHttpServer((request, response, count) => {
    const answer = answers[Math.min(count, answers.length) - 1]!;
    if (typeof answer === 'function') return answer(request, response, count);
    return json(response, 200, { jobId: 'j', ...answer });
  });
  const { client, clock } = testClient(server, { retry: { limit: 0 } });
  const wait = (options: WaitOptions = {}) =>
    waitForJob(client, { jobId: 'j', requestedAt: clock.now() }, { clock, ...options });
  return { server, client, clock, wait };
}

describe('requestBatch', () => {
  test('sends the batch and resolves to a job that goes through JSON', async () => {
    const server = await startHttpServer((_, response) => json(response, 200, { jobId: 'j', more: 1 }));
    const { client, clock } = testClient(server);
    const job = await requestBatch(client, batch!, { clock });
    expect(job).toEqual({ jobId: 'j', requestedAt: clock.now() });
    expect(server.requests[0]).toMatchObject({ method: 'POST', path: '/assets/download' });
    expect(JSON.parse(server.requests[0]!.body)).toEqual(batch);
  });

  test.each(['', 7, null, undefined, '.', '..', ' ', 'j\n'])('refuses the job id %j', async (jobId) => {
    const server = await startHttpServer((_, response) => json(response, 200, { jobId }));
    await expect(requestBatch(testClient(server).client, batch!)).rejects.toThrow(InvalidResponseError);
  });
});

describe('waitForJob', () => {
  test('asks until there is a URL, with growing pauses', async () => {
    const { server, clock, wait } = await jobServer(
      { jobStatus: 'queued' },
      { jobStatus: 'in-progress' },
      { jobStatus: 'success', downloadUrl },
    );
    const polls: PollEvent[] = [];
    expect(await wait({ onPoll: (event) => polls.push(event) })).toEqual({
      jobId: 'j',
      jobStatus: 'success',
      downloadUrl,
    });
    expect(clock.delays).toEqual([500, 500, 500]);
    expect(server.requests.map(({ path }) => path)).toEqual(Array(3).fill('/assets/download/j'));
    expect(polls).toEqual([
      { jobId: 'j', jobStatus: 'queued', elapsedMs: 500, nextPollMs: 500 },
      { jobId: 'j', jobStatus: 'in-progress', elapsedMs: 1000, nextPollMs: 500 },
    ]);
  });

  test.each(['0', new Date(0).toUTCString()])('makes a pause where Retry-After is %s', async (retryAfter) => {
    const { wait } = await jobServer((_, response, count) => {
      response.setHeader('retry-after', retryAfter);
      // Who makes none would ask without an end.
      json(response, count > 12 ? 404 : 200, { jobId: 'j', jobStatus: 'in-progress' });
    });
    await expect(wait({ timeoutMs: 5000 })).rejects.toThrow(JobTimeoutError);
  });

  test('goes on from a job that went through JSON, and asks an old one at once', async () => {
    const { client, clock } = await jobServer({ jobStatus: 'success', downloadUrl });
    const stored = JSON.parse(JSON.stringify({ batch, job: { jobId: 'j', requestedAt: clock.now() } })) as {
      job: { jobId: string; requestedAt: number };
    };
    clock.advance(3_600_000);
    await waitForJob(client, stored.job, { clock });
    await waitForJob(client, { jobId: 'j' }, { clock });
    expect(clock.delays).toEqual([]);
  });

  test.each([{ jobId: 'j' }, { jobId: 'j', requestedAt: 1 }])(
    'an old job does not put off the questions about new ones: %j',
    async (old) => {
      const ready = { jobStatus: 'success', downloadUrl };
      const running = { jobStatus: 'queued' };
      const { client, clock, wait } = await jobServer(running, ready, running, ready);
      const schedule = createPollingSchedule(() => 0.5);
      clock.advance(3_600_000);
      await waitForJob(client, old, { clock, schedule });
      const before = clock.now();
      await wait({ schedule });
      expect(clock.now() - before).toBeLessThan(20_000);
    },
  );

  test('a URL ends the wait whatever the status says', async () => {
    const { wait } = await jobServer({ jobStatus: 'finalizing', downloadUrl });
    expect(await wait()).toMatchObject({ jobStatus: 'finalizing', downloadUrl });
  });

  test('a URL without any status ends it as well', async () => {
    const { wait } = await jobServer({ downloadUrl });
    expect(await wait()).toMatchObject({ downloadUrl });
  });

  test.each(['failure', 'failed', 'canceled'])('%s is the end, even with a URL', async (jobStatus) => {
    const { server, wait } = await jobServer({ jobStatus, downloadUrl });
    await expect(wait()).rejects.toThrow(JobFailedError);
    await expect(wait()).rejects.toMatchObject({ jobId: 'j', jobStatus });
    expect(server.requests).toHaveLength(2);
  });

  test('an unknown status is a running one, and is not asked about without a pause', async () => {
    const { clock, wait } = await jobServer(
      { jobStatus: 'notfailed' },
      { jobStatus: 'zorblax' },
      { jobStatus: 'success', downloadUrl },
    );
    await wait();
    expect(clock.delays.every((ms) => ms >= 450)).toBe(true);
    expect(clock.delays).toHaveLength(3);
  });

  test('null and an empty URL are no URL', async () => {
    const { wait } = await jobServer(
      { jobStatus: 'success', downloadUrl: null },
      { jobStatus: 'success', downloadUrl: '' },
      { jobStatus: 'success', downloadUrl },
    );
    expect(await wait()).toMatchObject({ downloadUrl });
  });

  test('success without a URL is given a short grace, then it is an error', async () => {
    const { server, clock, wait } = await jobServer({ jobStatus: 'success' });
    await expect(wait()).rejects.toThrow(/ended as "success" without a downloadUrl/);
    expect(server.requests).toHaveLength(4);
    expect(clock.delays).toEqual([500, 500, 500, 500]);
  });

  test('success is read letter by letter, in either case', async () => {
    const { server, wait } = await jobServer(...Array.from({ length: 5 }, () => ({ jobStatus: 'success-soon' })), {
      jobStatus: 'SUCCESS',
    });
    await expect(wait()).rejects.toThrow(/ended as "SUCCESS"/);
    expect(server.requests).toHaveLength(9);
  });

  test('a Retry-After replaces one pause, not all later ones', async () => {
    const { clock, wait } = await jobServer(
      (_, response) => json(response, 200, { jobId: 'j', jobStatus: 'queued' }, { 'retry-after': '9' }),
      { jobStatus: 'queued' },
      { jobStatus: 'success', downloadUrl },
    );
    await wait();
    expect(clock.delays).toEqual([500, 9000, 2375]);
  });

  test.each(['0.001', '86400'])('a Retry-After of %s is no pause that can be made', async (hint) => {
    const { clock, wait } = await jobServer(
      (_, response) => json(response, 200, { jobId: 'j', jobStatus: 'queued' }, { 'retry-after': hint }),
      { jobStatus: 'success', downloadUrl },
    );
    await wait();
    expect(clock.delays).toEqual([500, 500]);
  });

  test('a question that fails in passing does not end the wait', async () => {
    const { clock, wait } = await jobServer(
      (_, response) => json(response, 429, {}, { 'retry-after': '3' }),
      (_, response) => response.destroy(),
      { jobStatus: 'success', downloadUrl },
    );
    expect(await wait()).toMatchObject({ downloadUrl });
    expect(clock.delays).toEqual([500, 3000, 875]);
  });

  test('neither do many, as long as there are answers in between', async () => {
    const fails: Handler = (_, response) => json(response, 503, {});
    const answers = Array.from({ length: 4 }, () => [fails, fails, { jobStatus: 'queued' }]).flat();
    const { wait } = await jobServer(...answers, { jobStatus: 'success', downloadUrl });
    expect(await wait()).toMatchObject({ downloadUrl });
  });

  test('three in a row do', async () => {
    const { server, wait } = await jobServer((_, response) => json(response, 503, {}));
    await expect(wait()).rejects.toThrow(HttpError);
    expect(server.requests).toHaveLength(3);
  });

  test('a Retry-After beyond the deadline is not waited for', async () => {
    const { clock, wait } = await jobServer((_, response) => json(response, 429, {}, { 'retry-after': '600' }));
    await expect(wait({ timeoutMs: 60_000 })).rejects.toMatchObject({ status: 429, retryAfterMs: 600_000 });
    expect(clock.delays).toEqual([500]);
  });

  test('401 ends the wait at once', async () => {
    const { server, wait } = await jobServer((_, response) => json(response, 401, {}));
    await expect(wait()).rejects.toMatchObject({ status: 401 });
    expect(server.requests).toHaveLength(1);
  });

  test('gives up in time, asks a last time then, and says how to go on', async () => {
    const { server, client, clock, wait } = await jobServer({ jobStatus: 'queued' });
    const start = clock.now();
    const error = await wait({ timeoutMs: 3300 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(JobTimeoutError);
    expect(clock.now() - start).toBe(3300);
    expect(clock.delays).toEqual([500, 500, 500, 500, 500, 625, 175]);
    expect(error).toMatchObject({ jobId: 'j', waitedMs: 3300, polls: 7, lastStatus: 'queued' });
    expect(server.requests).toHaveLength(7);
    expect((error as Error).message).toMatch(/Job j is still "queued" after 3\.3 s.*wait again/);
    await expect(waitForJob(client, { jobId: 'j' }, { clock, timeoutMs: 1 })).rejects.toThrow(JobTimeoutError);
  });

  test('says that nothing is known of a job whose status never came', async () => {
    const { wait } = await jobServer((_, response) => response.destroy());
    await expect(wait({ timeoutMs: 400 })).rejects.toThrow(/is still "unknown" after 0\.4 s/);
  });

  test('a job that is ready at the deadline is ready', async () => {
    const { wait } = await jobServer({ jobStatus: 'queued' }, { jobStatus: 'success', downloadUrl });
    expect(await wait({ timeoutMs: 600 })).toMatchObject({ downloadUrl });
  });

  test('cancelling rejects with the reason as it is, asks no more and leaves no listener', async () => {
    const controller = new AbortController();
    const reason = new Error('changed my mind');
    const { server, wait } = await jobServer({ jobStatus: 'queued' });
    const waiting = wait({ signal: controller.signal, onPoll: () => controller.abort(reason) });
    await expect(waiting).rejects.toBe(reason);
    expect(server.requests).toHaveLength(1);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  test('a time of request that is none does not make it ask without a pause', async () => {
    const { client, clock } = await jobServer({ jobStatus: 'queued' });
    // As some databases give it back.
    const requestedAt = new Date(clock.now()).toISOString() as unknown as number;
    await expect(waitForJob(client, { jobId: 'j', requestedAt }, { clock, timeoutMs: 2000 })).rejects.toThrow(
      JobTimeoutError,
    );
    expect(Math.min(...clock.delays)).toBeGreaterThanOrEqual(400);
    expect(clock.delays.length).toBeLessThan(6);
  });

  test('a listener that fails later changes nothing', async () => {
    const { wait } = await jobServer({ jobStatus: 'queued' }, { jobStatus: 'success', downloadUrl });
    // As TypeScript allows it. The runner makes a failure of every rejection that nobody handles.
    const onPoll: () => unknown = () => Promise.reject(new Error('the database is down'));
    await expect(wait({ onPoll })).resolves.toMatchObject({ downloadUrl });
    await new Promise(setImmediate);
  });

  test('a listener that throws changes nothing', async () => {
    const { wait } = await jobServer({ jobStatus: 'queued' }, { jobStatus: 'success', downloadUrl });
    const onPoll = () => {
      throw new Error('a fault of the listener');
    };
    expect(await wait({ onPoll })).toMatchObject({ downloadUrl });
  });

  test.each([
    [{ jobStatus: 5 }, /without a jobStatus/],
    [{}, /without a jobStatus/],
    [{ jobStatus: 'success', downloadUrl: 'nonsense' }, /without an https URL in downloadUrl/],
    [{ jobStatus: 'success', downloadUrl: 5 }, /without an https URL/],
    [{ jobStatus: 'success', downloadUrl: 'http://files.example/x?signature=canary' }, /without an https URL/],
  ])('refuses the answer %j', async (answer, message) => {
    const { wait } = await jobServer(answer);
    const error = await wait().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InvalidResponseError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('canary');
  });

  test.each(['', '.', '..'])('refuses the id %j before any request', async (jobId) => {
    const { server, client } = await jobServer({});
    await expect(waitForJob(client, { jobId })).rejects.toThrow(InvalidInputError);
    expect(server.requests).toHaveLength(0);
  });

  test('an id with a slash stays one path segment', async () => {
    const { server, client, clock } = await jobServer({ jobStatus: 'success', downloadUrl });
    await waitForJob(client, { jobId: 'a/../b?c' }, { clock });
    expect(server.requests[0]?.path).toBe('/assets/download/a%2F..%2Fb%3Fc');
  });

  test.each([0, -1, Number.NaN, 2 ** 31])('refuses the timeout %s', async (timeoutMs) => {
    const { wait } = await jobServer({});
    await expect(wait({ timeoutMs })).rejects.toThrow(/timeoutMs must be a whole number/);
  });
});
