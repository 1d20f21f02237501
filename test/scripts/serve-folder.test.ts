import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveFolder } from '../../scripts/docs/serve-folder.js';

let folder: string;
let served: Awaited<ReturnType<typeof serveFolder>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scenario-downloads-serve-'));
  await mkdir(join(folder, 'site/guide'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await writeFile(join(folder, 'site/index.html'), '<h1>Hello</h1>');
  await writeFile(join(folder, 'site/guide/a b.css'), 'a {}');
  served = await serveFolder(join(folder, 'site'), 0);
});
afterAll(async () => {
  served.server.close();
  served.server.closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

/** The status of a path that is sent as it is; `fetch` would tidy it up. */
function statusOf(path: string, method = 'GET'): Promise<number | undefined> {
  const { hostname, port } = new URL(served.url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, method }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

test('files come with their type, and a folder with its index', async () => {
  const index = await fetch(served.url);
  expect(index.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(await index.text()).toBe('<h1>Hello</h1>');
  expect((await fetch(`${served.url}guide/a%20b.css`)).headers.get('content-type')).toBe('text/css; charset=utf-8');
  expect(await statusOf('/index.html', 'HEAD')).toBe(200);
});

test('nothing else is served', async () => {
  for (const path of ['/nowhere', '/guide', '/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/%']) {
    expect([path, await statusOf(path)]).toEqual([path, 404]);
  }
  expect(await statusOf('/index.html', 'POST')).toBe(404);
});
