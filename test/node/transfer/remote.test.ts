import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createTransport } from '../../../src/node/http/transport.js';
import { openTunnel } from '../../../src/node/http/tunnel.js';
import { createRemote } from '../../../src/node/transfer/remote.js';
import { startArchiveHost } from '../../helpers/file-host.js';
import { makeCertificate } from '../../helpers/node-certificate.js';
import { createTransferClock, STALL_TIMEOUT_MS } from '../../helpers/node-clock.js';

const ignore = () => undefined;
const nothing = { expect: ignore, expectNoMore: ignore, received: ignore, paused: ignore, resumed: ignore };

/** A file at a host that is not asked for another URL. */
function openRemote(url: string, options: Partial<Parameters<typeof createRemote>[0]> = {}) {
  const transport = createTransport({});
  onTestFinished(() => transport.close());
  return createRemote({
    url,
    refreshUrl: () => Promise.reject(new Error('nobody asks for another')),
    transport,
    clock: createTransferClock(),
    stallTimeoutMs: STALL_TIMEOUT_MS,
    transfer: nothing,
    ...options,
  });
}

it('tells that it asks for nothing while a host is given time', async () => {
  const host = await startArchiveHost([Buffer.from('archive')]);
  host.misbehave = ({ count }, response) => {
    if (count === 1) response.writeHead(503, { 'retry-after': '7' }).end();
    return count === 1;
  };
  const clock = createTransferClock();
  const told: string[] = [];
  const remote = openRemote(`${host.url}/files/job_1.zip?signature=1`, {
    clock: { ...clock, delay: (ms, signal) => clock.delay(ms, signal).then(() => void told.push(`${ms} ms`)) },
    transfer: {
      ...nothing,
      paused: () => void told.push('paused'),
      resumed: () => void told.push('resumed'),
    },
  });
  const { status } = await remote.run(({ get }) => get({}), new AbortController().signal);
  expect(status).toBe(200);
  expect(told).toEqual(['paused', '7000 ms', 'resumed']);
});

it('does not try again where the certificate is not trusted', async () => {
  const server = createServer(await makeCertificate(), (_request, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const clock = createTransferClock();
  const { port } = server.address() as AddressInfo;
  const remote = openRemote(`https://127.0.0.1:${port}/a.zip?signature=1`, { clock });
  const result = remote.run(({ get }) => get({}), new AbortController().signal);
  await expect(result).rejects.toMatchObject({
    code: 'NETWORK_ERROR',
    message: expect.stringContaining('self-signed certificate') as string,
  });
  expect(clock.delays).toEqual([]);
});

it('takes the query out of the request id of a host that refuses', async () => {
  const host = await startArchiveHost([Buffer.from('archive')]);
  host.misbehave = (_, response) => {
    response.writeHead(402, { 'x-request-id': 's3://bucket/x?sig=canary' }).end();
    return true;
  };
  const remote = openRemote(`${host.url}/files/job_1.zip?signature=1`);
  const result = remote.run(({ get }) => get({}), new AbortController().signal);
  await expect(result).rejects.toMatchObject({ status: 402, requestId: 's3://bucket/x' });
});

it('says in one line what OpenSSL says in two', async () => {
  const host = await startArchiveHost([Buffer.from('archive')]);
  const remote = openRemote(`${host.url.replace('http:', 'https:')}/files/job_1.zip?signature=1`);
  const result = remote.run(({ get }) => get({}), new AbortController().signal);
  await expect(result).rejects.toThrow(/^No answer from https:.*SSL routines:.*[^\s]\.$/);
  const proxy = new URL(host.url.replace('http:', 'https:'));
  await expect(openTunnel(proxy, 'host.example', 443, 10_000)).rejects.toThrow(
    /^No tunnel to .*SSL routines:.*[^\s]\.$/,
  );
});
