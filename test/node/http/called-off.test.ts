import { expect, it, onTestFinished } from 'vitest';
import { createTransport } from '../../../src/node/http/transport.js';
import { startHttpServer } from '../../helpers/http-server.js';

it('hands on what has come before an exchange is called off', async () => {
  let sendMore = () => {};
  const server = await startHttpServer((_request, response) => {
    response.writeHead(200, { 'content-length': 5000 }).write(Buffer.alloc(100));
    sendMore = () => void response.write(Buffer.alloc(800));
  });
  const transport = createTransport({});
  onTestFinished(() => transport.close());
  const controller = new AbortController();
  const response = await transport.get(new URL(server.url), {}, controller.signal);
  let received = 0;
  let taken = 0;
  const take = (chunk: Buffer): undefined => void (taken += chunk.length);
  const reading = response.read(take, {
    received(count) {
      received += count;
      // What comes with the head is handed on at once.
      if (received === 100) sendMore();
      if (received === 900) setImmediate(() => controller.abort(new Error('a stall')));
    },
    paused: () => undefined,
    resumed: () => undefined,
    ended: () => undefined,
  });
  await expect(reading).rejects.toThrow('a stall');
  expect(taken).toBe(900);
});
