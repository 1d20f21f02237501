import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { planBatches } from '../../../src/batches.js';
import { createScenarioClient } from '../../../src/client.js';
import { requestBatch } from '../../../src/jobs.js';
import { createProxyFetch } from '../../../src/node/http/proxy-fetch.js';
import { openTunnel } from '../../../src/node/http/tunnel.js';
import { createTransferClock } from '../../helpers/node-clock.js';

async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => void sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A proxy that gives this status to every tunnel. */
async function startProxy(status: number) {
  const asked: (string | undefined)[] = [];
  const proxy = createHttpServer().on('connect', (request, socket: Socket) => {
    asked.push(request.url);
    socket.on('error', () => undefined).write(`HTTP/1.1 ${status} So it is\r\n\r\n`);
    if (status >= 300) socket.end();
  });
  return { url: await listen(proxy), asked };
}

it.each([200, 201])('a tunnel is open after any success: %i', async (status) => {
  const proxy = await startProxy(status);
  const socket = await openTunnel(new URL(proxy.url), 'api.test', 443, 10_000);
  expect(socket.destroyed).toBe(false);
  socket.destroy();
});

it.each([
  [503, 5],
  [407, 1],
])('a job is requested again where the proxy has let nothing of it through, after %i', async (status, tries) => {
  const proxy = await startProxy(status);
  const fetch = createProxyFetch({ HTTPS_PROXY: proxy.url });
  const clock = createTransferClock();
  const client = createScenarioClient({ baseUrl: 'https://api.test/v1', apiKey: 'k', apiSecret: 's', fetch, clock });
  const [batch] = planBatches({ assetIds: ['a'] });
  await expect(requestBatch(client, batch!)).rejects.toMatchObject({
    code: 'NETWORK_ERROR',
    message: expect.stringContaining(`it answered with status ${status}`) as string,
  });
  expect(proxy.asked).toEqual(Array(tries).fill('api.test:443'));
});

it('lets go of a proxy that says nothing when the request is called off', async () => {
  const silent = createServer();
  const url = await listen(silent);
  const controller = new AbortController();
  const answer = createProxyFetch({ HTTPS_PROXY: url })(
    new Request('https://api.test/', { signal: controller.signal }),
  );
  const [socket] = (await once(silent, 'connection')) as [Socket];
  socket.resume();
  controller.abort(new Error('enough'));
  await expect(answer).rejects.toThrow();
  await once(socket, 'close');
});
