import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SaveReport } from '../../src/node/report/report.js';
import { startHttpServer } from '../helpers/http-server.js';
import { makeCertificate } from '../helpers/node-certificate.js';
import { makeFolder, readTree } from '../helpers/node-folder.js';
import { makeZip, noise } from '../helpers/node-zip.js';

const IDS = Array.from({ length: 12 }, (_, at) => `asset_${at}`);
const CHILD = join(import.meta.dirname, '../helpers/node-save-assets.ts');

/** Saves from a host that speaks TLS and knows no ranges. */
async function save(
  fileOf: (path: string) => Buffer,
  send: (response: ServerResponse, file: Buffer) => void,
  options = {},
) {
  const certificate = await makeCertificate('localhost');
  const host = createServer(certificate, ({ url = '' }, response) => {
    const file = fileOf(url);
    response.setHeader('content-length', file.length);
    send(response, file);
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    host.closeAllConnections();
    await new Promise((resolve) => host.close(resolve));
  });
  const origin = `https://localhost:${(host.address() as AddressInfo).port}`;
  const api = await startHttpServer((request, response) => {
    const { method, path } = request;
    const isBatch = method === 'POST' && path === '/assets/download';
    const url = `${origin}/${path.split('/')[2] ?? ''}`;
    const answer = isBatch ? { jobId: 'job_1' } : { jobStatus: 'success', downloadUrl: url, url };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  const directory = await makeFolder();
  const input = JSON.stringify({ selection: { assetIds: IDS }, options });
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', CHILD, api.url, directory, input],
    { env: { ...process.env, NODE_EXTRA_CA_CERTS: certificate.path, NO_PROXY: '*' } },
  );
  return { report: JSON.parse(stdout) as SaveReport, directory };
}

const ways: [string, (response: ServerResponse, file: Buffer) => void][] = [
  ['head and body in one write', (response, file) => response.end(file)],
  [
    'the head by itself',
    (response, file) => {
      response.flushHeaders();
      response.end(file);
    },
  ],
  ['a connection that is closed at once', (response, file) => response.setHeader('connection', 'close').end(file)],
];

describe('saveAll over TLS', () => {
  it.each(ways.flatMap(([what, send]) => [100, 20_000, 300_000].map((size) => [what, size, send] as const)))(
    'gets every byte of single assets: %s, %i bytes',
    async (_, size, send) => {
      const fileOf = (path: string) => noise(size, Number(path.split('_')[1]));
      const { report, directory } = await save(fileOf, send, { targetFormat: 'webp' });
      expect(report.ok).toBe(true);
      for (const id of IDS) {
        const file = await readFile(join(directory, `${id}.webp`));
        expect(file.equals(fileOf(id)), id).toBe(true);
      }
    },
  );

  it.each(ways)('gets an archive: %s', async (_, send) => {
    const archive = makeZip(Array.from({ length: 20 }, (_, at) => ({ name: `${at}.png`, data: noise(5000, at) })));
    const { report, directory } = await save(() => archive, send);
    expect(report).toMatchObject({ ok: true, totals: { files: 20 } });
    expect(Object.keys(await readTree(directory)).filter((path) => path.endsWith('.png'))).toHaveLength(20);
  });
});
