import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.js';
import { runSandbox } from './helpers/running-sandbox.js';

const folder = new URL('../../src/sandbox/', import.meta.url);

describe('startSandbox', () => {
  it('listens where it is told to', async () => {
    const first = await startSandbox();
    const port = Number(new URL(first.baseUrl).port);
    const fileHostPort = Number(new URL(first.fileHostUrl).port);
    await first.close();
    const second = await startSandbox({ port, fileHostPort });
    expect(second.baseUrl).toBe(`http://127.0.0.1:${port}/v1`);
    expect(second.fileHostUrl).toBe(`http://127.0.0.1:${fileHostPort}`);
    await second.close();
  });

  it.each([
    ['0.0.0.0', '127.0.0.1'],
    ['::', '[::1]'],
  ])('is reached on this machine when it listens on all addresses: %s', async (host, reachable) => {
    // A machine without IPv6 has no such address to listen on.
    if (
      host === '::' &&
      !Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'))
    )
      return;
    const { sandbox, assetUrl } = await runSandbox({ host });
    for (const url of [sandbox.baseUrl, sandbox.fileHostUrl, await assetUrl('a')]) {
      expect(new URL(url).hostname).toBe(reachable);
    }
    expect((await fetch(await assetUrl('a'))).status).toBe(200);
  });

  it('lets pages of other origins in', async () => {
    const { sandbox } = await runSandbox();
    for (const url of [`${sandbox.baseUrl}/assets/download`, `${sandbox.fileHostUrl}/archives/x.zip`]) {
      const headers = { origin: 'https://studio.example', 'access-control-request-method': 'POST' };
      const preflight = await fetch(url, { method: 'OPTIONS', headers });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get('access-control-allow-headers')).toMatch(/authorization.*range/);
      expect((await fetch(url)).headers.get('access-control-allow-origin')).toBe('*');
    }
  });

  it('lets go of everything when a port cannot be had', async () => {
    const { sandbox } = await runSandbox();
    const probe = await startSandbox();
    const fileHostPort = Number(new URL(probe.fileHostUrl).port);
    await probe.close();
    const taken = Number(new URL(sandbox.baseUrl).port);
    await expect(startSandbox({ port: taken, fileHostPort })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expect(startSandbox({ fileHostPort: taken })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const again = await startSandbox({ fileHostPort });
    await again.close();
  });

  it('closes at once, with silent connections and requests under way', async () => {
    const { sandbox, api } = await runSandbox();
    sandbox.faults.add({ on: 'downloadGetStatus', effect: { type: 'stall' } });
    sandbox.faults.add({ on: 'downloadRequest', effect: { type: 'trickle', chunkBytes: 1, everyMs: 60_000 } });
    const stalled = expect(api('GET', '/assets/download/job_1')).rejects.toThrow();
    const trickling = await api('POST', '/assets/a/download', {});
    const socket = connect(Number(new URL(sandbox.fileHostUrl).port), '127.0.0.1');
    await once(socket, 'connect');
    const ended = once(socket, 'close');
    socket.resume();
    await Promise.all([sandbox.close(), sandbox.close()]);
    await stalled;
    await expect(trickling.text()).rejects.toThrow();
    await ended;
    // They are written down when their connections are closed, which others may hear of first.
    await expect.poll(() => sandbox.requests.length).toBe(2);
    await expect(fetch(sandbox.baseUrl)).rejects.toThrow();
  });

  it('can be disposed of', async () => {
    const sandbox = await startSandbox();
    await sandbox[Symbol.asyncDispose]();
    await expect(fetch(sandbox.baseUrl)).rejects.toThrow();
  });

  it.each([
    { imageSize: 0 },
    { urlLifetimeMs: -1 },
    { jobDurationMs: NaN },
    { assetsPerModel: -1 },
    { maxAssetsPerBatch: 1.5 },
    { rateLimit: { requests: 1, perMs: NaN } },
    { maxConcurrentJobs: NaN },
    { maxConcurrentJobs: -1 },
    { maxConcurrentJobs: 0 },
    { port: -1 },
    { port: NaN },
    { fileHostPort: 65_536 },
    { fileHostPort: 1.5 },
  ])('refuses %j', async (options) => {
    await expect(startSandbox(options)).rejects.toThrow(RangeError);
  });

  it.each<[options: object, message: string]>([
    [{ missingAssets: 'asset_1' }, 'missingAssets must be a list of strings, but is "asset_1"'],
    [{ forbiddenAssets: [1] }, 'forbiddenAssets must be a list of strings, but one is 1'],
    [{ nonImageAssets: {} }, 'nonImageAssets must be a list of strings, but is [object Object]'],
    [{ tooLarge: 'refuse' }, 'tooLarge must be one of reject, truncate, but is "refuse"'],
    [{ jobStates: [] }, 'jobStates must have a state in it'],
    [{ jobStates: 'success' }, 'jobStates must be a list of strings, but is "success"'],
    [{ jobDurationMs: '5' }, 'jobDurationMs must be a number or a function, but is "5"'],
    [{ archive: { compression: 'zstd' } }, 'archive.compression must be one of stored, deflated, but is "zstd"'],
    [{ archive: { compresion: 'stored' } }, 'archive has compression, dataDescriptors, zip64, but no "compresion"'],
    [{ archive: { zip64: 1 } }, 'archive.zip64 must be one of true, false, but is 1'],
    [{ archive: null }, 'archive must be an object, but is null'],
    [{ credentials: { apiKey: 'k' } }, 'credentials.apiSecret must be a string that is not empty, but is undefined'],
    [{ credentials: { apiKey: '', apiSecret: 's' } }, 'credentials.apiKey must be a string that is not empty'],
    [{ credentials: { apiKey: 'k', apiSecret: 's', key: 'k' } }, 'credentials has apiKey, apiSecret, but no "key"'],
    [{ rateLimit: { requests: 1, perMs: 1, per: 1 } }, 'rateLimit has requests, perMs, but no "per"'],
    [{ credentials: { apiKey: 'k:s', apiSecret: 's' } }, 'credentials.apiKey must have no colon in it'],
    [{ port: 'x' }, 'port must be a number, but is "x"'],
    [{ fileHostPort: '4010' }, 'fileHostPort must be a number, but is "4010"'],
    [{ host: 5 }, 'host must be a string that is not empty, but is 5'],
    [{ host: '' }, 'host must be a string that is not empty, but is ""'],
    [{ now: 5 }, 'now must be a function, but is 5'],
    [{ validateResponses: 'no' }, 'validateResponses must be one of true, false, but is "no"'],
  ])('refuses %j, and says why', async (options, message) => {
    const started = startSandbox(options);
    await expect(started).rejects.toThrow(TypeError);
    await expect(started).rejects.toThrow(message);
  });

  it('takes every option as its type has it', async () => {
    const sandbox = await startSandbox({
      credentials: { apiKey: 'k', apiSecret: 's' },
      jobDurationMs: Infinity,
      jobStates: () => ['success'],
      assetsPerModel: () => 0,
      tooLarge: 'truncate',
      missingAssets: new Set(['a']),
      forbiddenAssets: ['b'].values(),
      maxConcurrentJobs: Infinity,
      archive: { compression: 'deflated', zip64: false },
      validateResponses: false,
    });
    await sandbox.close();
  });

  it('names an option that there is not', async () => {
    const options = { jobDuration: 5 } as object;
    await expect(startSandbox(options)).rejects.toThrow('startSandbox has no option jobDuration; it has port, ');
  });

  it('survives clients that leave in the middle of a request', async () => {
    const { sandbox, api } = await runSandbox();
    const socket = connect(Number(new URL(sandbox.baseUrl).port), '127.0.0.1');
    socket.write('POST /v1/assets/download HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
    await once(socket, 'connect');
    socket.destroy();
    await expect.poll(() => sandbox.requests, { timeout: 20_000 }).toHaveLength(1);
    expect((await api('GET', '/assets/download/job_1')).status).toBe(404);
    expect(sandbox.violations).toEqual([]);
  });
});

it('stands on the generated types and on nothing of the client', () => {
  for (const name of readdirSync(folder)) {
    const source = readFileSync(new URL(name, folder), 'utf8');
    for (const [, specifier = ''] of source.matchAll(/from '([^']+)'/g)) {
      expect([name, specifier]).toEqual([
        name,
        expect.stringMatching(
          /^(node:[\w/]+|ajv\/dist\/2020\.js|yazl|\.\/[\w-]+\.js|\.\.\/\.\.\/generated\/schema\.js)$/,
        ),
      ]);
    }
  }
});
