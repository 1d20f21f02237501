import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exchange } from '../../../src/node/http/exchange.js';
import { createTransport } from '../../../src/node/http/transport.js';
import { makeCertificate } from '../../helpers/node-certificate.js';
import { readText } from '../../helpers/node-response.js';

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** A proxy that takes every tunnel to one port, whatever its name. */
async function startProxy(targetPort: number, status = 200) {
  const tunnels: { target: string | undefined; headers: IncomingMessage['headers'] }[] = [];
  const proxy = createHttpServer();
  proxy.on('connect', (request, socket) => {
    tunnels.push({ target: request.url, headers: request.headers });
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const through = connect(targetPort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    for (const end of [through, socket]) end.on('error', () => undefined);
  });
  return { port: await listen(proxy), tunnels };
}

async function get(url: string, env: Record<string, string>): Promise<string> {
  const transport = createTransport(env);
  onTestFinished(() => transport.close());
  const { response } = await exchange(transport, url, {}, new AbortController().signal);
  return `${response.status} ${await readText(response)}`;
}

/** Where certificates are trusted from the start on. */
function getInChild(args: string[], env: Record<string, string>) {
  const child = join(import.meta.dirname, '../../helpers/node-get.ts');
  return promisify(execFile)(process.execPath, ['--import', 'tsx', child, ...args], {
    env: { ...process.env, NO_PROXY: '', no_proxy: '', ...env },
  });
}

describe('createTransport', () => {
  it('goes through the proxy of the environment, which sees host and port alone', async () => {
    const certificate = await makeCertificate('files.example.com');
    const seen: IncomingMessage[] = [];
    const server = createHttpsServer(certificate, (request, response) => {
      seen.push(request);
      response.end('here');
    });
    const proxy = await startProxy(await listen(server));
    const env = { HTTPS_PROXY: `http://user:pa%20ss@127.0.0.1:${proxy.port}` };

    // The certificate is trusted by nobody here, and that must be noticed through a tunnel, too.
    const url = 'https://files.example.com/x?signature=1';
    await expect(get(url, env)).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
    expect(seen).toEqual([]);
    expect(proxy.tunnels[0]).toMatchObject({
      target: 'files.example.com:443',
      headers: { 'proxy-authorization': `Basic ${Buffer.from('user:pa ss').toString('base64')}` },
    });

    expect(await getInChild([url], { ...env, NODE_EXTRA_CA_CERTS: certificate.path })).toEqual({
      stdout: '200 here',
      stderr: '',
    });
    expect(seen.map((request) => request.url)).toEqual(['/x?signature=1']);
    expect(JSON.stringify(proxy.tunnels)).not.toContain('signature');
  });

  it.each([
    ['192.0.2.1', []],
    ['192.0.2.1', ['--api']],
    ['2001:db8::1', []],
    ['2001:db8::1', ['--api']],
  ])('goes through a proxy to a host that has no name: %s %j', async (address, how) => {
    const certificate = await makeCertificate(address);
    const server = createHttpsServer(certificate, (_request, response) => response.end('here'));
    const proxy = await startProxy(await listen(server));
    const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NODE_EXTRA_CA_CERTS: certificate.path };
    const host = address.includes(':') ? `[${address}]` : address;
    expect(await getInChild([`https://${host}/x`, ...how], env)).toEqual({ stdout: '200 here', stderr: '' });
    // It is one of another host.
    const elsewhere = getInChild(['https://192.0.2.2/x', ...how], env);
    await expect(elsewhere).rejects.toThrow(/not in the cert's/);
  });

  it('says what a proxy said that refuses', async () => {
    const proxy = await startProxy(0, 407);
    const result = get('https://files.example.com/x', { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });
    await expect(result).rejects.toMatchObject({
      code: 'NETWORK_ERROR',
      message: expect.stringContaining('407') as string,
    });
  });

  it('sends no credentials, not even those in a URL', async () => {
    const seen: IncomingMessage[] = [];
    const server = createHttpServer((request, response) => {
      seen.push(request);
      if (request.url === '/a') response.writeHead(307, { location: '/b' });
      response.end('x');
    });
    const port = await listen(server);
    expect(await get(`http://user:secret@127.0.0.1:${port}/a`, {})).toBe('200 x');
    expect(seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/a', undefined],
      ['/b', undefined],
    ]);
  });

  it('follows a redirect that is written in UTF-8', async () => {
    const server = createHttpServer((request, response) => {
      if (request.url === '/a') response.writeHead(302, { location: Buffer.from('/é').toString('latin1') });
      response.end(request.url);
    });
    const port = await listen(server);
    expect(await get(`http://127.0.0.1:${port}/a`, {})).toBe('200 /%C3%A9');
  });

  it('says who asks and takes everything, but nothing packed: some hosts refuse who says less', async () => {
    const server = createHttpServer(({ headers }, response) => response.end(JSON.stringify(headers)));
    const port = await listen(server);
    expect(JSON.parse((await get(`http://127.0.0.1:${port}/a`, {})).slice('200 '.length))).toEqual({
      host: `127.0.0.1:${port}`,
      'user-agent': 'scenario-downloads',
      accept: '*/*',
      'accept-encoding': 'identity',
    });
  });

  it('asks again on a new connection where something else comes on one that was kept', async () => {
    const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n';
    let connections = 0;
    const server = createServer((socket) => {
      const own = ++connections;
      let requests = 0;
      socket.on('error', () => undefined);
      socket.on('data', () => socket.write(`${own === 1 && ++requests > 1 ? '\r\n' : ''}${answer}${own}`));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const transport = createTransport({});
    onTestFinished(() => transport.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    for (const expected of ['1', '2']) {
      const { response } = await exchange(transport, url, {}, new AbortController().signal);
      expect(await readText(response)).toBe(expected);
    }
  });

  it('ends an exchange that is called off, with the reason', async () => {
    const server = createHttpServer(() => undefined);
    const port = await listen(server);
    const transport = createTransport({});
    onTestFinished(() => transport.close());
    const controller = new AbortController();
    const result = exchange(transport, `http://127.0.0.1:${port}/`, {}, controller.signal);
    await once(server, 'request');
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(result).rejects.toBe(reason);
  });
});
