import { renameSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { mountSmall, unmount, whyNot } from '../../scripts/fault-matrix/disk-means.js';
import { createTransport } from '../../src/node/http/transport.js';
import type { SaveEvent } from '../../src/node/events.js';
import { saveAll } from '../../src/node/save-all.js';
import type { SaveOptions } from '../../src/node/save-options.js';
import { startArchiveHost } from '../helpers/file-host.js';
import { createTransferClock } from '../helpers/node-clock.js';
import { makeFolder, readTree } from '../helpers/node-folder.js';
import { readText } from '../helpers/node-response.js';
import { startHttpServer } from '../helpers/http-server.js';
import { makeZip, noise } from '../helpers/node-zip.js';
import { isWindows } from '../helpers/platform.js';

const MEBIBYTE = 1024 * 1024;
const archive = makeZip([
  { name: 'd/x.png', data: 'x' },
  { name: 'y.png', data: 'y' },
]);

async function setUp(archives: readonly Buffer[], directory?: string) {
  const clock = createTransferClock();
  const host = await startArchiveHost(archives, clock);
  const target = directory ?? (await makeFolder());
  const save = (options: Partial<SaveOptions> = {}, modelIds = ['a']) =>
    saveAll(host.client, { modelIds }, { directory: target, clock, batchSize: 1, ...options });
  return { host, save, directory: target };
}

describe('saveAll', () => {
  it('is called off right after the call', async () => {
    const { host, save, directory } = await setUp([archive]);
    const controller = new AbortController();
    const saving = save({ signal: controller.signal, directory: join(directory, 'new') });
    controller.abort(new Error('called off'));
    await expect(saving).rejects.toThrow('called off');
    expect(host.apiRequests).toEqual([]);
    expect(await readdir(directory)).toEqual([]);
  });

  it.each([
    ['archives', {}, 2],
    ['single assets', { targetFormat: 'png' as const }, 1],
  ])('is called off while it looks at what is there: %s', async (_, options, files) => {
    const ids = ['a', 'b', 'c', 'd'];
    const directory = await makeFolder();
    const host = await startArchiveHost(ids.map(() => archive));
    for (const id of ids) host.files.set(`/files/${id}`, Buffer.from(id));
    const save = (more: Partial<SaveOptions> = {}) =>
      saveAll(host.client, { assetIds: ids }, { directory, batchSize: 1, ...options, ...more });
    expect((await save()).ok).toBe(true);

    const controller = new AbortController();
    const looked: SaveEvent[] = [];
    const onProgress = (event: SaveEvent) => {
      looked.push(event);
      controller.abort(new Error('called off'));
    };
    await expect(save({ signal: controller.signal, onProgress })).rejects.toThrow('called off');
    // Those of the first item.
    expect(looked.filter(({ type }) => type === 'file-skipped')).toHaveLength(files);
  });

  it('is called off while it looks at the files of one batch', async () => {
    const { save } = await setUp([archive]);
    await save();
    const controller = new AbortController();
    const looked: SaveEvent[] = [];
    const include = () => {
      controller.abort(new Error('called off'));
      return true;
    };
    const saving = save({ signal: controller.signal, include, onProgress: (event) => looked.push(event) });
    await expect(saving).rejects.toThrow('called off');
    expect(looked).toEqual([]);
  });

  it('has what is there in its report when the batch fails', async () => {
    const { host, save, directory } = await setUp([archive]);
    await save();
    await rm(join(directory, 'y.png'));
    host.files.clear();
    const report = await save();
    expect(report).toMatchObject({
      ok: false,
      batches: [{ status: 'failed', assets: 2, files: [{ path: 'd/x.png' }] }],
      totals: { files: 1 },
    });
  });

  it.skipIf(isWindows)('takes a path that cannot be looked at for one that has nothing', async () => {
    const { save, directory } = await setUp([archive]);
    await save();
    await rm(join(directory, 'd'), { recursive: true });
    await symlink('d', join(directory, 'd'));
    const report = await save();
    expect(report.batches[0]?.failed).toMatchObject([{ entry: 'd/x.png', error: { errno: 'ENOTDIR' } }]);
    expect(report.batches[0]?.files).toMatchObject([{ path: 'y.png' }]);
  });

  it('tells when an archive is done that is kept as it is', async () => {
    const { save } = await setUp([archive]);
    const events: SaveEvent[] = [];
    await save({ extract: false, onProgress: (event) => void events.push(event) });
    expect(events.filter(({ type }) => type === 'archive-done')).toMatchObject([{ files: 2, failed: 0 }]);
  });

  it.skipIf(isWindows)('does not put its own files behind a link', async () => {
    const { save, directory } = await setUp([archive]);
    const elsewhere = await makeFolder();
    await symlink(elsewhere, join(directory, '.scenario-downloads'));
    await expect(save()).rejects.toMatchObject({ code: 'FILE_SYSTEM_ERROR', errno: 'ENOTDIR' });
    expect(await readdir(elsewhere)).toEqual([]);
  });

  it("keeps a user's file in a folder whose name differs in case alone", async () => {
    const twins = makeZip([
      { name: 'foo/a.png', data: 'of the archive' },
      { name: 'Foo/b.png', data: 'of the archive' },
    ]);
    const { save, directory } = await setUp([twins]);
    await mkdir(join(directory, 'Foo'));
    await writeFile(join(directory, 'Foo/b.png'), 'of the user');
    expect((await save()).renamed).toMatchObject([{ entry: 'Foo/b.png', reasons: ['occupied'] }]);
    expect((await readTree(directory))['Foo/b.png']).toBe('of the user');
  });

  const noMount = whyNot('mount') !== undefined;

  it.skipIf(noMount)('does not ask twice for the room that an archive takes', async () => {
    const directory = await makeFolder();
    mountSmall(directory, 40 * MEBIBYTE);
    onTestFinished(() => unmount(directory));
    const large = [1, 2].map((seed) => makeZip([{ name: `${seed}`, data: noise(15 * MEBIBYTE, seed) }]));
    const { save } = await setUp(large, directory);
    expect((await save({ extract: false }, ['a', 'b'])).ok).toBe(true);
  });

  it.skipIf(noMount)('stops a transfer over one connection when the disk is full', async () => {
    const directory = await makeFolder();
    mountSmall(directory, 4 * MEBIBYTE);
    onTestFinished(() => unmount(directory));
    const { host, save } = await setUp([], directory);
    let sent = 0;
    host.files.set('/files/job_1.zip', Buffer.alloc(0));
    host.misbehave = (_, response) => {
      const piece = noise(MEBIBYTE);
      response.writeHead(200, { 'content-length': 200 * MEBIBYTE });
      const send = () => {
        while (sent < 200 * MEBIBYTE && !response.destroyed) {
          sent += piece.length;
          if (!response.write(piece)) return void response.once('drain', send);
        }
      };
      send();
      return true;
    };
    await expect(save()).rejects.toMatchObject({ errno: 'ENOSPC' });
    expect(sent).toBeLessThan(100 * MEBIBYTE);
  });
});

describe('a transport', () => {
  it('receives into the same memory again when its connections are closed', async () => {
    const server = await startHttpServer((_request, response) => {
      response.writeHead(200, { connection: 'close' }).end('x'.repeat(1000));
    });
    const transport = createTransport({});
    onTestFinished(() => transport.close());
    const before = process.memoryUsage().arrayBuffers;
    for (let count = 0; count < 300; count++)
      await readText(await transport.get(new URL(server.url), {}, new AbortController().signal));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50 * MEBIBYTE);
  });

  it('is called off while a proxy says nothing', async () => {
    const proxy = createServer();
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void proxy.close());
    const { port } = proxy.address() as AddressInfo;
    const transport = createTransport({ HTTPS_PROXY: `http://127.0.0.1:${port}` });
    onTestFinished(() => transport.close());
    const controller = new AbortController();
    const closed = new Promise<void>((resolve) =>
      proxy.once('connection', (socket) => {
        socket.once('close', () => resolve()).resume();
        controller.abort(new Error('called off'));
      }),
    );
    const result = transport.get(new URL('https://files.example.com/'), {}, controller.signal);
    await expect(result).rejects.toThrow('called off');
    await closed;
  });
});

it('ends when another run has taken the directory, and leaves what is there to that one', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const host = await startArchiveHost([makeZip([{ name: 'a', data: 'a' }])]);
  const directory = await makeFolder();
  const own = (name: string) => join(directory, '.scenario-downloads', name);
  const other = JSON.stringify({ pid: 1, place: 'elsewhere' });
  host.misbehave = () => {
    // Nothing comes any more.
    writeFileSync(own('lock.new'), other);
    renameSync(own('lock.new'), own('lock'));
    writeFileSync(own('tmp/other.part'), 'theirs');
    vi.advanceTimersByTime(15_000);
    return true;
  };
  const saving = saveAll(host.client, { inferenceIds: ['one'] }, { directory });
  await expect(saving).rejects.toMatchObject({ code: 'DIRECTORY_BUSY', directory, pid: 1 });
  expect(await readFile(own('lock'), 'utf8')).toBe(other);
  expect(await readFile(own('tmp/other.part'), 'utf8')).toBe('theirs');
});
