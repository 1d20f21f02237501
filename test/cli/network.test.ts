import { writeFileSync } from 'node:fs';
import { createServer as createHttpServer, request, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeCertificate, type Certificate } from '../helpers/node-certificate.js';
import { makeFolder, startCommandSandbox } from './helpers/command-sandbox.js';
import { normalize } from './helpers/normalize.js';
import { runCommand } from './helpers/run-command.js';

const HOST = 'api.scenario.test';

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** The API over https: what it gets goes on to the sandbox. */
async function startTlsFront(target: string, certificate: Certificate): Promise<number> {
  const server = createHttpsServer(certificate, (incoming, response) => {
    const { method, headers, url = '' } = incoming;
    const outgoing = request(new URL(url, target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(outgoing);
  });
  return listen(server);
}

/** A proxy that leads every tunnel to this machine, and knows what it was asked for. */
async function startProxy({ credentials }: { credentials?: string } = {}) {
  const tunnels: string[] = [];
  const server = createHttpServer((_request, response) => void response.writeHead(405).end());
  server.on('connect', (incoming, client: Socket) => {
    tunnels.push(incoming.url ?? '');
    const expected = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
    if (expected !== undefined && incoming.headers['proxy-authorization'] !== expected) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const upstream = connect(Number(incoming.url?.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    client.once('close', () => upstream.destroy());
  });
  return { tunnels, url: `127.0.0.1:${await listen(server)}` };
}

describe('over https', () => {
  async function start() {
    const { sandbox, env } = await startCommandSandbox();
    const cwd = makeFolder();
    const certificate = await makeCertificate(HOST);
    const port = await startTlsFront(sandbox.baseUrl, certificate);
    return { sandbox, env, cwd, certificate, port };
  }

  test('an own certificate authority is known by NODE_EXTRA_CA_CERTS', async () => {
    const { env, cwd, certificate, port } = await start();
    const secure = { ...env, SCENARIO_BASE_URL: `https://localhost:${port}/v1` };
    const trusted = await runCommand(['get', 'a'], { env: { ...secure, NODE_EXTRA_CA_CERTS: certificate.path }, cwd });
    expect(trusted.code).toBe(0);
    const { code, stderr } = await runCommand(['status', 'job_1'], { env: secure, cwd });
    // Newer versions of Node say more.
    const said = stderr.replace(/(self-signed certificate).*/, '$1.');
    expect({ code, stderr: normalize(said, { [String(port)]: 'PORT' }) }).toMatchSnapshot();
  });

  test('the API is reached through HTTPS_PROXY, and this machine without it', async () => {
    const { sandbox, env, cwd, certificate, port } = await start();
    const proxy = await startProxy({ credentials: 'user:pass word' });
    const proxied = {
      ...env,
      SCENARIO_BASE_URL: `https://${HOST}:${port}/v1`,
      NODE_EXTRA_CA_CERTS: certificate.path,
      HTTPS_PROXY: `http://user:pass%20word@${proxy.url}`,
    };
    const finished = await runCommand(['get', 'a', '--model', 'm'], { env: proxied, cwd });
    expect(finished.code).toBe(0);
    expect(new Set(proxy.tunnels)).toEqual(new Set([`${HOST}:${port}`]));
    const apiRequests = sandbox.requests.filter(({ host }) => host === 'api').length;
    // Connections are kept: there are fewer of them than requests.
    expect(proxy.tunnels.length).toBeLessThan(apiRequests);
    expect(sandbox.requests.some(({ host }) => host === 'files')).toBe(true);

    const single = await runCommand(['get', 'a', '--format', 'webp', '-o', 'webp'], { env: proxied, cwd });
    expect(single.code).toBe(0);
    const local = { ...proxied, SCENARIO_BASE_URL: `https://localhost:${port}/v1` };
    const before = proxy.tunnels.length;
    expect(await runCommand(['get', 'b'], { env: local, cwd })).toMatchObject({ code: 0 });
    expect(proxy.tunnels).toHaveLength(before);
  });

  test('NO_PROXY is obeyed', async () => {
    const { env, cwd, certificate, port } = await start();
    const proxy = await startProxy();
    const changes = {
      NODE_EXTRA_CA_CERTS: certificate.path,
      HTTPS_PROXY: proxy.url,
      NO_PROXY: 'example.com, .scenario.test',
    };
    const address = { SCENARIO_BASE_URL: `https://${HOST}:${port}/v1` };
    // The name leads nowhere, which is what shows that the proxy was not asked.
    const { code, stderr } = await runCommand(['status', 'job_1'], { env: { ...env, ...address, ...changes }, cwd });
    expect(code).toBe(5);
    expect(stderr).toMatch(/ENOTFOUND|EAI_AGAIN/);
    expect(proxy.tunnels).toEqual([]);
  });

  test('an address that a file has emptied is that of the spec', async () => {
    const { env, cwd } = await start();
    writeFileSync(join(cwd, 'studio.env'), 'SCENARIO_BASE_URL=\n');
    const proxy = await startProxy({ credentials: 'user:right' });
    const changes = { HTTPS_PROXY: `http://user:wrong@${proxy.url}` };
    const { stderr } = await runCommand(['urls', 'a', '--env-file', 'studio.env'], {
      env: { ...env, ...changes },
      cwd,
    });
    expect(stderr).toContain('No tunnel to api.cloud.scenario.com:443 through the proxy');
  });

  test('a proxy that refuses is named, without its password', async () => {
    const { env, cwd, port } = await start();
    const proxy = await startProxy({ credentials: 'user:right' });
    const changes = { SCENARIO_BASE_URL: `https://${HOST}:${port}/v1`, HTTPS_PROXY: `http://user:wrong@${proxy.url}` };
    const { code, stderr } = await runCommand(['urls', 'a', '--debug'], { env: { ...env, ...changes }, cwd });
    expect(code).toBe(5);
    expect(stderr).toContain(`through the proxy ${proxy.url}: it answered with status 407.\n  Check HTTPS_PROXY`);
    expect(stderr).not.toContain('wrong');
  });
});

test('a proxy that is no address is a mistake', async () => {
  const { env } = await startCommandSandbox();
  const changes = { SCENARIO_BASE_URL: 'https://api.scenario.test/v1', HTTPS_PROXY: 'socks5://user:swordfish@host' };
  const { code, stderr } = await runCommand(['status', 'job_1'], { env: { ...env, ...changes } });
  expect(code).toBe(2);
  // Windows takes small letters for the same.
  expect(stderr).toMatch(/HTTPS_PROXY names a socks5: proxy; only http and https proxies can be used\./i);
  expect(stderr).not.toContain('swordfish');
});
