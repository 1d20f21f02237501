import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { SaveEvent } from '../../src/node/events.js';
import { saveAll } from '../../src/node/save-all.js';
import { startArchiveHost, type FileRequest } from '../helpers/file-host.js';
import { createTransferClock, STALL_TIMEOUT_MS } from '../helpers/node-clock.js';
import { digest, makeFolder, readTree } from '../helpers/node-folder.js';
import { makeZip, noise } from '../helpers/node-zip.js';

const data = noise(600_000);
/** The beginning of the right answer, in chunks. */
function chunked({ range, file }: FileRequest): string {
  const stretch = range && `Content-Range: bytes ${range.start}-${range.end - 1}/${file.length}\r\n`;
  return `HTTP/1.1 ${stretch ? 206 : 200} OK\r\n${stretch ?? ''}Transfer-Encoding: chunked\r\n\r\n`;
}
const malformed: [string, string | ((request: FileRequest) => string), RegExp][] = [
  ['no status line', '<html>Bad gateway</html>\r\n\r\n', /there is no status line/],
  ['a field that cannot be read', 'HTTP/1.1 200 OK\r\n???\r\n\r\n', /a header field cannot be read/],
  ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n', /length of the body/],
  ['a head without an end', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(20_000)}`, /a head that does not end/],
  ['a chunk without a size', (request) => `${chunked(request)}zz\r\n`, /a chunk without a size/],
  ['a chunk that is too long', (request) => `${chunked(request)}2\r\nhello\r\n0\r\n\r\n`, /longer than it said/],
  ['a line without an end', (request) => `${chunked(request)}${'0'.repeat(9000)}`, /a line that does not end/],
];

/** A host whose `spoilt` answers to requests for the file are other bytes. */
async function setUp(answer: string | ((request: FileRequest) => string), spoilt: (request: FileRequest) => boolean) {
  const clock = createTransferClock();
  const host = await startArchiveHost([makeZip([{ name: 'a.bin', data }])], clock);
  host.files.set('/files/a', data);
  host.misbehave = (request, response) => {
    // What is wrong on a connection that is kept alive is no matter: the next one is new.
    response.setHeader('connection', 'close');
    return spoilt(request) && writeRaw(response, typeof answer === 'string' ? answer : answer(request));
  };
  const directory = await makeFolder();
  const events: SaveEvent[] = [];
  const onProgress = (event: SaveEvent) => void events.push(event);
  const save = (options = {}) =>
    saveAll(
      host.client,
      { assetIds: ['a'] },
      { directory, clock, stallTimeoutMs: STALL_TIMEOUT_MS, connections: 1, onProgress, ...options },
    );
  const retries = () => events.flatMap((event) => (event.type === 'transfer-retry' ? [event.reason] : []));
  return { host, directory, save, retries, clock };
}

function writeRaw(response: ServerResponse, bytes: string | Buffer): true {
  response.socket?.end(bytes);
  return true;
}

describe.each(malformed)('an answer with %s', (_, answer, what) => {
  it('is asked for again, for an archive', async () => {
    // The second one is for the bytes of the file.
    const { directory, save, retries } = await setUp(answer, ({ count }) => count === 2);
    expect((await save()).ok).toBe(true);
    expect(await readTree(directory)).toEqual({ 'a.bin': digest(data) });
    expect(retries()).toEqual([expect.stringMatching(what)]);
  });

  it('is asked for again, for an asset', async () => {
    const { directory, save, retries } = await setUp(answer, ({ count }) => count === 1);
    expect((await save({ targetFormat: 'png' })).ok).toBe(true);
    expect(await readTree(directory)).toEqual({ 'a.png': digest(data) });
    expect(retries()).toEqual([expect.stringMatching(what)]);
  });

  it('is given up when it comes again and again, and said to be what it is', async () => {
    const { host, save, retries } = await setUp(answer, () => true);
    expect(await save({ targetFormat: 'png' })).toMatchObject({
      ok: false,
      batches: [{ failed: [{ error: { code: 'INVALID_RESPONSE', message: expect.stringMatching(what) as string } }] }],
    });
    expect(retries()).toHaveLength(6);
    expect(host.fileRequests).toHaveLength(7);
  });
});

describe('an answer that is refused on purpose', () => {
  it.each([
    ['a transfer coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
    ['a length beside chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n'],
    ['a content coding', 'HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\nContent-Length: 5\r\n\r\nhello'],
    ['interim answers without an end', 'HTTP/1.1 103 Hint\r\n\r\n'.repeat(50)],
  ])('is not asked for again: %s', async (_, bytes) => {
    const { host, save, retries } = await setUp(bytes, () => true);
    expect(await save({ targetFormat: 'png' })).toMatchObject({
      ok: false,
      batches: [{ failed: [{ error: { code: 'INVALID_RESPONSE' } }] }],
    });
    expect(retries()).toEqual([]);
    expect(host.fileRequests).toHaveLength(1);
  });
});

it('begins an asset anew when what came is in doubt: nothing says what its bytes have to be', async () => {
  const start = data.subarray(0, 200_000);
  const { host, directory, save } = await setUp('', () => false);
  host.misbehave = ({ file, count }, response) => {
    if (count > 2) return false;
    const head =
      count === 1
        ? `200 OK\r\nContent-Length: ${file.length}`
        : `206 Partial\r\nContent-Range: bytes ${start.length}-${file.length - 1}/${file.length}\r\nTransfer-Encoding: chunked`;
    const wrong = Buffer.alloc(100_000, 'x');
    const body = count === 1 ? [start] : [Buffer.from('186a0\r\n'), wrong, Buffer.from('\r\nzz\r\n')];
    return writeRaw(response, Buffer.concat([Buffer.from(`HTTP/1.1 ${head}\r\nETag: "a"\r\n\r\n`), ...body]));
  };
  expect((await save({ targetFormat: 'png' })).ok).toBe(true);
  expect(host.fileRequests.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=200000-', undefined]);
  expect(await readTree(directory)).toEqual({ 'a.png': digest(data) });
});
