import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { SaveEvent } from '../../src/node/events.js';
import { saveAll } from '../../src/node/save-all.js';
import type { SaveOptions } from '../../src/node/save-options.js';
import { rangeHeaders, startArchiveHost, type FileRequest, type Misbehaviour } from '../helpers/file-host.js';
import { createTransferClock, STALL_TIMEOUT_MS } from '../helpers/node-clock.js';
import { makeFolder } from '../helpers/node-folder.js';
import { makeZip, noise } from '../helpers/node-zip.js';

const MEBIBYTE = 1024 * 1024;
/** The end of an archive, which is read for a look, and may be read once more. */
const TAIL_BYTES = 256 * 1024;
const small = makeZip(Array.from({ length: 12 }, (_, at) => ({ name: `${at}.png`, data: noise(MEBIBYTE, at) })));
const large = makeZip([
  { name: 'film.mp4', data: noise(40 * MEBIBYTE, 1) },
  { name: 'z.png', data: noise(MEBIBYTE, 2) },
]);

async function setUp(archive: Buffer, options: Partial<SaveOptions> = {}) {
  const clock = createTransferClock();
  const host = await startArchiveHost([archive, archive], clock);
  const directory = await makeFolder();
  const save = async (more: Partial<SaveOptions> = {}) => {
    const events: SaveEvent[] = [];
    const onProgress = (event: SaveEvent) => void events.push(event);
    const common = { directory, clock, stallTimeoutMs: STALL_TIMEOUT_MS, connections: 1, onProgress };
    const report = await saveAll(host.client, { assetIds: ['a'] }, { ...common, ...options, ...more });
    const last = events.findLast((event) => event.type === 'transfer');
    const { receivedBytes = -1, expectedBytes = -1 } = last ?? {};
    expect(receivedBytes).toBe(report.totals.receivedBytes);
    return { ok: report.ok, events, receivedBytes, expectedBytes };
  };
  return { host, save };
}

/** From the n-th request on, of what comes after now, another version is there with the same content. */
function changeAt(nth: number, before: number): Misbehaviour {
  return (request, response) => request.count >= before + nth && answerAs('"new"', request, response);
}

function answerAs(etag: string, { range, file }: FileRequest, response: ServerResponse): boolean {
  if (range === undefined) return false;
  response.writeHead(206, { etag, ...rangeHeaders(range, file) }).end(file.subarray(range.start, range.end));
  return true;
}

const asset = noise(3 * MEBIBYTE, 3);
const withoutRanges: [string, Buffer, Partial<SaveOptions>][] = [
  ['a single asset', asset, { targetFormat: 'png' }],
  ['an archive without ranges', small, {}],
];

describe.each(withoutRanges)('what is expected of %s', (_, file, options) => {
  /** A host without ranges, until told otherwise, that calls a file by its tag and sends the n-th answer in its own way. */
  const setUpWhole = async (send: (request: FileRequest, response: ServerResponse) => void) => {
    const { host, save } = await setUp(file, options);
    host.files.set('/files/a', file);
    host.misbehave = (request, response) => {
      send(request, response);
      return true;
    };
    return { host, save: () => save() };
  };
  const sendWhole = ({ file }: FileRequest, response: ServerResponse, bytes = file.length) => {
    response.writeHead(200, { etag: '"one"', 'content-length': file.length });
    if (bytes === file.length) response.end(file);
    else response.write(file.subarray(0, bytes), () => response.destroy());
  };

  it('is what the host says', async () => {
    const { save } = await setUpWhole(sendWhole);
    expect(await save()).toMatchObject({ ok: true, receivedBytes: file.length, expectedBytes: file.length });
  });

  it('is counted once when it goes on after a break', async () => {
    const { host, save } = await setUpWhole((request, response) => {
      if (request.range && 'if-range' in request.headers) answerAs('"one"', request, response);
      else sendWhole(request, response, MEBIBYTE);
    });
    const { ok, receivedBytes, expectedBytes } = await save();
    expect(ok).toBe(true);
    expect(host.fileRequests.at(-1)?.range?.start).toBeGreaterThan(0);
    expect(receivedBytes).toBeLessThan(file.length + MEBIBYTE);
    expect(expectedBytes).toBe(file.length);
  });

  it('is all of it when it begins anew after a break', async () => {
    let breaks = 2;
    const { save } = await setUpWhole((request, response) => {
      sendWhole(request, response, breaks-- > 0 ? MEBIBYTE : file.length);
    });
    const { ok, receivedBytes, expectedBytes } = await save();
    expect(ok).toBe(true);
    expect(receivedBytes).toBeGreaterThan(file.length);
    expect(expectedBytes).toBe(receivedBytes);
  });

  it('is taken back when it is given up', async () => {
    const { save } = await setUpWhole((request, response) => sendWhole(request, response, MEBIBYTE));
    const { ok, receivedBytes, expectedBytes } = await save();
    expect(ok).toBe(false);
    expect(expectedBytes).toBe(receivedBytes);
  });

  it('is nothing that the host does not say', async () => {
    const { save } = await setUpWhole((request, response) => void response.writeHead(200).end(request.file));
    expect(await save()).toMatchObject({ ok: true, receivedBytes: file.length, expectedBytes: 0 });
  });
});

describe('what is expected of an archive', () => {
  const ways: [string, Buffer, Partial<SaveOptions>, number][] = [
    ['small files', small, {}, 3],
    ['a large file', large, {}, 3],
    ['an archive that is kept', small, { extract: false }, 2],
    ['an archive that is kept and unpacked', small, { keepArchives: true }, 2],
  ];

  it.each(ways)('has come in the end when it changes in the middle: %s', async (_, archive, options, nth) => {
    const { host, save } = await setUp(archive, options);
    host.misbehave = changeAt(nth, 0);
    const { ok, events, receivedBytes, expectedBytes } = await save();
    expect(ok).toBe(true);
    expect(events.filter(({ type }) => type === 'archive-changed')).toHaveLength(1);
    expect(expectedBytes).toBeLessThanOrEqual(receivedBytes);
    expect(expectedBytes).toBeGreaterThan(receivedBytes - 3 * TAIL_BYTES);
  });

  it.each(ways)('is taken back when it is given up: %s', async (_, archive, options, nth) => {
    const { host, save } = await setUp(archive, options);
    host.misbehave = ({ count }, response) => {
      if (count >= nth) response.writeHead(410).end();
      return count >= nth;
    };
    const { ok, receivedBytes, expectedBytes } = await save();
    expect(ok).toBe(false);
    expect(expectedBytes).toBeLessThanOrEqual(receivedBytes);
  });

  it('has come in the end when it changes where an earlier run has left a file', async () => {
    const { host, save } = await setUp(large);
    const controller = new AbortController();
    host.misbehave = ({ count }) => {
      if (count === 4) controller.abort(new Error('enough'));
      return count === 4;
    };
    await expect(save({ signal: controller.signal })).rejects.toThrow('enough');
    const before = host.fileRequests.length;
    host.misbehave = changeAt(3, before);
    const { ok, events, receivedBytes, expectedBytes } = await save();
    expect(ok).toBe(true);
    expect(events.filter(({ type }) => type === 'archive-changed')).toHaveLength(1);
    expect(receivedBytes).toBeLessThan(large.length + 40 * MEBIBYTE);
    expect(expectedBytes).toBeLessThanOrEqual(receivedBytes);
    expect(expectedBytes).toBeGreaterThan(receivedBytes - 3 * TAIL_BYTES);
  });

  it('has come in the end when the host sends ranges no longer', async () => {
    const { host, save } = await setUp(small);
    host.misbehave = ({ count, file }, response) => {
      if (count < 4) return false;
      response.writeHead(200, { 'content-length': file.length }).end(file);
      return true;
    };
    const { ok, receivedBytes, expectedBytes } = await save();
    expect(ok).toBe(true);
    expect(expectedBytes).toBeLessThanOrEqual(receivedBytes);
  });
});
