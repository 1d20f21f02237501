import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTransport } from '../../../src/node/http/transport.js';
import { parseResponseHead } from '../../../src/node/http/response-head.js';
import { noise } from '../../helpers/node-zip.js';
import { readText } from '../../helpers/node-response.js';

/** A server that answers each request with what `answer` writes; `count` is how many there were, over all connections. */
async function start(answer: (socket: Socket, count: number) => void) {
  let count = 0;
  let connections = 0;
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      requests.push(chunk.toString('latin1'));
      answer(socket, ++count);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const transport = createTransport({});
  onTestFinished(async () => {
    transport.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x?y=1`);
  const get = (headers = {}) => transport.get(url, headers, new AbortController().signal);
  const read = async () => readText(await get());
  return { get, read, requests, connections: () => connections };
}

const ok = 'HTTP/1.1 200 OK\r\n';

const nothing = () => undefined;
const watcher = { received: nothing, paused: nothing, resumed: nothing, ended: nothing };

describe('an answer', () => {
  it.each([
    ['with a length', `${ok}Content-Length: 5\r\n\r\nhello`],
    ['with an interim answer before it', `HTTP/1.1 103 Hint\r\nlink: x\r\n\r\n${ok}Content-Length: 5\r\n\r\nhello`],
    ['in chunks', `${ok}Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nTrailer: x\r\n\r\n`],
    ['with its length twice', `${ok}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`],
  ])('%s is read, in one piece or byte by byte, and the connection is used again', async (_, text) => {
    const { read, connections } = await start((socket, count) => {
      if (count === 1) {
        socket.write(text);
        return;
      }
      const bytes = Buffer.from(text);
      const next = (at: number) => {
        if (at < bytes.length) socket.write(bytes.subarray(at, at + 1), () => setImmediate(next, at + 1));
      };
      next(0);
    });
    expect([await read(), await read()]).toEqual(['hello', 'hello']);
    expect(connections()).toBe(1);
  });

  it('that ends with the connection is read to its end', async () => {
    const { read } = await start((socket) => socket.end(`${ok}\r\nhello`));
    expect(await read()).toBe('hello');
    expect(await read()).toBe('hello');
  });

  it('without a body is read', async () => {
    const { get } = await start((socket) => socket.write('HTTP/1.1 204 No Content\r\n\r\n'));
    const response = await get();
    expect([response.status, await readText(response)]).toEqual([204, '']);
  });

  it('larger than all memory for it arrives whole, and waits for its reader', async () => {
    const data = noise(20_000_000);
    const { get } = await start((socket) => {
      socket.write(`${ok}content-length: ${data.length}\r\n\r\n`);
      socket.write(data);
    });
    const response = await get();
    let at = 0;
    let inUse = 0;
    let most = 0;
    await response.read(async (chunk) => {
      most = Math.max(most, ++inUse);
      const copy = Buffer.from(chunk);
      const start = at;
      at += chunk.length;
      await new Promise((resolve) => setTimeout(resolve, 2));
      // Nobody has written into it in the meantime.
      expect(chunk.equals(copy)).toBe(true);
      expect(copy.equals(data.subarray(start, start + copy.length))).toBe(true);
      inUse--;
    }, watcher);
    expect(at).toBe(data.length);
    expect(most).toBeLessThanOrEqual(4);
  });

  it('whose reader fails ends with what it failed with', async () => {
    const { get } = await start((socket) =>
      socket.write(`${ok}content-length: 5000000\r\n\r\n${'x'.repeat(4_000_000)}`),
    );
    const response = await get();
    await expect(response.read(() => Promise.reject(new Error('full')), watcher)).rejects.toThrow('full');
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['a version that is not known', 'HTTP/2.0 200 OK\r\n\r\n'],
    ['a field without a name', `${ok}: x\r\n\r\n`],
    ['a field that is folded', `${ok}a: b\r\n c\r\n\r\n`],
    ['two lengths', `${ok}content-length: 5\r\ncontent-length: 6\r\n\r\nhello`],
    ['a length and chunks', `${ok}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['a length that is none', `${ok}content-length: +5\r\n\r\nhello`],
    ['a chunk without a size', `${ok}transfer-encoding: chunked\r\n\r\nxyz\r\n`],
    ['a chunk that is longer than it said', `${ok}transfer-encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n`],
    ['a head that does not end', `${ok}${'a: b\r\n'.repeat(20_000)}`],
  ])('with %s is refused', async (_, text) => {
    const { read } = await start((socket) => socket.write(text));
    await expect(read()).rejects.toMatchObject({ code: 'INVALID_RESPONSE' });
  });

  it.each([
    ['the head', 'HTTP/1.1 200 OK\r\ncontent-'],
    ['a body with a length', `${ok}content-length: 50\r\n\r\nhello`],
    ['a body in chunks', `${ok}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`],
  ])('that breaks off in %s is an error', async (_, text) => {
    const { read } = await start((socket) => socket.end(text));
    await expect(read()).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
  });
});

describe('a connection', () => {
  it('that was closed while nobody used it is made anew', async () => {
    const { read, connections } = await start((socket, count) => {
      if (count === 2) socket.destroy();
      else socket.write(`${ok}content-length: 2\r\n\r\nok`);
    });
    expect([await read(), await read()]).toEqual(['ok', 'ok']);
    expect(connections()).toBe(2);
  });

  it('on which more came than was asked for is not used again', async () => {
    const { read, connections } = await start((socket) => socket.write(`${ok}content-length: 2\r\n\r\nok and more`));
    expect([await read(), await read()]).toEqual(['ok', 'ok']);
    expect(connections()).toBe(2);
  });

  it('lets nobody put fields into a request', async () => {
    const { get, requests } = await start((socket) => socket.write(`${ok}content-length: 0\r\n\r\n`));
    await get({ 'if-range': '"x"\r\nauthorization: y', range: 'bytes=0-1' });
    expect(requests[0]).toMatch(/^GET \/x\?y=1 HTTP\/1\.1\r\n/);
    expect(requests[0]).toContain('range: bytes=0-1\r\n');
    expect(requests[0]).not.toContain('authorization');
  });
});

describe('parseResponseHead', () => {
  it('joins fields that came several times, and reads whether the connection stays', () => {
    const head = parseResponseHead(
      'HTTP/1.1 206 Partial\r\nVia: a\r\nvia:b \r\nContent-Length: 1\r\nConnection: Close',
      'x',
    );
    expect(head).toMatchObject({ status: 206, keepAlive: false, body: { type: 'length', bytes: 1 } });
    expect(head.headers['via']).toBe('a, b');
    expect(parseResponseHead('HTTP/1.0 200 OK\r\ncontent-length: 0', 'x').keepAlive).toBe(false);
  });
});
