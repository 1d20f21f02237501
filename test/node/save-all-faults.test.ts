import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SaveEvent } from '../../src/node/events.js';
import { saveAll } from '../../src/node/save-all.js';
import type { SaveOptions } from '../../src/node/save-options.js';
import { answerFile, rangeHeaders, startArchiveHost, type Misbehaviour } from '../helpers/file-host.js';
import { createTransferClock, STALL_TIMEOUT_MS } from '../helpers/node-clock.js';
import { digest, makeFolder, readTree } from '../helpers/node-folder.js';
import { makeZip, noise } from '../helpers/node-zip.js';

const entries = Array.from({ length: 30 }, (_, at) => ({
  name: `${at}.bin`,
  data: noise(200_000, at),
  deflate: at % 2 === 0,
}));
const archive = makeZip(entries);
const whole = Object.fromEntries(entries.map(({ name, data }) => [name, digest(data)]));

async function setUp(...archives: Buffer[]) {
  const clock = createTransferClock();
  const host = await startArchiveHost(archives, clock);
  const directory = await makeFolder();
  const events: SaveEvent[] = [];
  const save = (options: Partial<SaveOptions> = {}, inferenceIds = ['one']) =>
    saveAll(
      host.client,
      { inferenceIds },
      {
        directory,
        clock,
        stallTimeoutMs: STALL_TIMEOUT_MS,
        onProgress: (event) => void events.push(event),
        ...options,
      },
    );
  const retries = () => events.flatMap((event) => (event.type === 'transfer-retry' ? [event.reason] : []));
  return { clock, host, directory, events, save, retries };
}

/** Strikes the requests for which `matches` is true, once each of `times` times. */
function strike(
  times: number,
  effect: Misbehaviour,
  matches: Misbehaviour = (request) => request.count > 1,
): Misbehaviour {
  let left = times;
  return (request, response) => matches(request, response) && left-- > 0 && effect(request, response);
}

const status =
  (code: number, headers = {}): Misbehaviour =>
  (_, response) => {
    response.writeHead(code, headers).end('<html>signature=secret</html>');
    return true;
  };

const recovered: [string, Misbehaviour][] = [
  [
    'a connection that is cut before the answer',
    strike(3, (_, response) => {
      response.destroy();
      return true;
    }),
  ],
  [
    'a connection that is cut in the middle',
    strike(4, (request, response) => {
      const { start, end } = request.range!;
      response.writeHead(206, rangeHeaders(request.range!, request.file));
      response.write(request.file.subarray(start, start + Math.floor((end - start) / 2)), () => response.destroy());
      return true;
    }),
  ],
  ['status 503', strike(3, status(503))],
  ['status 429 with Retry-After', strike(2, status(429, { 'retry-after': '7' }))],
  ['status 500 at the directory', strike(2, status(500), () => true)],
  [
    'a signature that has expired: 403',
    strike(8, status(403), ({ query, count }) => count > 1 && query === 'signature=1'),
  ],
  ['a signature that has expired: 410', strike(1, status(410))],
  [
    'another range than asked',
    strike(2, (request, response) => {
      const range = { start: request.range!.start + 1, end: request.range!.end };
      response.writeHead(206, rangeHeaders(range, request.file)).end(request.file.subarray(range.start, range.end));
      return true;
    }),
  ],
  [
    'less than asked',
    strike(2, (request, response) => {
      const range = { start: request.range!.start, end: request.range!.end - 1000 };
      response.writeHead(206, rangeHeaders(range, request.file)).end(request.file.subarray(range.start, range.end));
      return true;
    }),
  ],
  [
    'more than asked',
    strike(1, (request, response) => {
      const { start, end } = request.range!;
      const headers = rangeHeaders(request.range!, request.file);
      response.writeHead(206, { 'content-range': String(headers['content-range']) });
      response.end(Buffer.concat([request.file.subarray(start, end), noise(100)]));
      return true;
    }),
  ],
  [
    'ranges that all go on to the end of the file',
    ({ range, file }, response) => {
      if (range === undefined || range.end === file.length) return false;
      const rest = { start: range.start, end: file.length };
      response.writeHead(206, rangeHeaders(rest, file)).end(file.subarray(range.start));
      return true;
    },
  ],
  [
    'damaged bytes',
    strike(1, (request, response) => {
      const { start, end } = request.range!;
      const bytes = Buffer.from(request.file.subarray(start, end));
      for (let at = 100; at < bytes.length; at += 50_000) bytes[at]! ^= 1;
      response.writeHead(206, rangeHeaders(request.range!, request.file)).end(bytes);
      return true;
    }),
  ],
  [
    'the whole file instead of a range',
    strike(Infinity, (request, response) => {
      answerFile({ ...request, range: undefined }, response);
      return true;
    }),
  ],
  [
    'a host without ranges',
    (request, response) => {
      response.writeHead(200).end(request.file);
      return true;
    },
  ],
  [
    'a host that knows no ranges from the end',
    (request, response) => {
      if (!request.headers.range?.startsWith('bytes=-')) return false;
      answerFile({ ...request, range: undefined }, response);
      return true;
    },
  ],
  ...[400, 405, 416, 501].map((status): [string, Misbehaviour] => [
    `a host that refuses ranges from the end with ${status}`,
    (request, response) => {
      if (!request.headers.range?.startsWith('bytes=-')) return false;
      response.writeHead(status, { 'content-range': `bytes */${request.file.length}` }).end();
      return true;
    },
  ]),
  [
    'a host that refuses every range',
    ({ headers }, response) => {
      if (headers.range === undefined) return false;
      response.writeHead(501).end();
      return true;
    },
  ],
  [
    'a host whose every server has a tag of its own',
    ({ range, headers, file, count }, response) => {
      const head = { etag: `"server ${count}"` };
      // As it has to be where the tag of the condition is another.
      if (range === undefined || headers['if-range'] !== undefined) {
        response.writeHead(200, { ...head, 'content-length': file.length }).end(file);
      } else {
        response.writeHead(206, { ...head, ...rangeHeaders(range, file) }).end(file.subarray(range.start, range.end));
      }
      return true;
    },
  ],
  [
    'a redirect to another path',
    (request, response) => {
      if (request.query.includes('&there')) return false;
      response.writeHead(302, { location: `${request.path}?${request.query}&there` }).end();
      return true;
    },
  ],
  ['a redirect whose target expires', redirectToWhatExpires(3)],
];

/**
 * The target refuses so many requests in all: more in a row, which may all be those of one connection, would be more
 * than a transfer has to put up with.
 */
function redirectToWhatExpires(refusals: number): Misbehaviour {
  const refuse = strike(
    refusals,
    (_, response) => {
      response.writeHead(403).end();
      return true;
    },
    ({ count }) => count > 4,
  );
  return (request, response) => {
    if (request.query.includes('&there')) return refuse(request, response);
    response.writeHead(302, { location: `${request.path}?${request.query}&there` }).end();
    return true;
  };
}

describe('saveAll gets over', () => {
  it.each(recovered)('%s', async (_, misbehave) => {
    const { host, directory, save, events } = await setUp(archive);
    host.misbehave = misbehave;
    const report = await save();
    expect(report.batches[0]?.error).toBeUndefined();
    expect(report.ok).toBe(true);
    expect(await readTree(directory)).toEqual(whole);
    expect(JSON.stringify([report, events])).not.toContain('signature');
    expect(await readdir(join(directory, '.scenario-downloads'))).toEqual(['journal.jsonl']);
  });

  it('a connection that falls silent, and goes on from the last byte', async () => {
    const { host, directory, save, clock, retries } = await setUp(archive);
    let start = 0;
    let sent = 0;
    host.misbehave = strike(1, (request, response) => {
      ({ start } = request.range!);
      sent = start + 100_000;
      response.writeHead(206, rangeHeaders(request.range!, request.file));
      response.write(request.file.subarray(start, sent), () => setTimeout(() => clock.stall(), 50));
      return true;
    });
    expect((await save()).ok).toBe(true);
    expect(await readTree(directory)).toEqual(whole);
    expect(retries().some((reason) => reason.includes('No byte'))).toBe(true);
    // Behind what had come by then, however much that was.
    expect(host.fileRequests.some(({ range }) => range!.start > start && range!.start <= sent)).toBe(true);
  });

  it('a host that sends half of a range, and is silent when it is asked for the rest', async () => {
    const { host, directory, save, clock, retries } = await setUp(archive);
    let half: number | undefined;
    host.misbehave = (request, response) => {
      const { start, end } = request.range!;
      if (half === undefined && request.count > 1) {
        half = start + Math.floor((end - start) / 2);
        response.writeHead(206, rangeHeaders({ start, end: half }, request.file));
        response.end(request.file.subarray(start, half));
        return true;
      }
      if (start !== half || retries().length > 0) return false;
      setTimeout(() => clock.stall(), 10);
      return true;
    };
    expect((await save({ connections: 1 })).ok).toBe(true);
    expect(retries()).toHaveLength(1);
    expect(await readTree(directory)).toEqual(whole);
  });

  it('a host that never answers, by giving up', async () => {
    const { host, save, clock } = await setUp(archive);
    host.misbehave = () => {
      setTimeout(() => clock.stall(), 10);
      return true;
    };
    const report = await save();
    expect(report.batches[0]).toMatchObject({ status: 'failed', error: { code: 'NETWORK_ERROR' } });
  });

  it('a cut without ranges, by going on where the host can', async () => {
    const { host, directory, save } = await setUp(archive);
    host.misbehave = (request, response) => {
      if (request.headers.range?.startsWith('bytes=-')) {
        response.writeHead(200).end(request.file);
        return true;
      }
      if (request.range === undefined) {
        response.writeHead(200, { etag: '"one"', 'content-length': request.file.length });
        response.write(request.file.subarray(0, 1_000_000), () => response.destroy());
        return true;
      }
      expect(request.headers['if-range']).toBe('"one"');
      expect(request.range.start).toBeGreaterThan(0);
      response.writeHead(206, { etag: '"one"', ...rangeHeaders(request.range, request.file) });
      response.end(request.file.subarray(request.range.start));
      return true;
    };
    expect((await save()).ok).toBe(true);
    expect(await readTree(directory)).toEqual(whole);
  });

  it('content that changes in the middle, by reading the archive anew', async () => {
    const { host, directory, save, events } = await setUp(archive);
    const changed = makeZip(entries.map((entry, at) => (at === 3 ? { ...entry, data: noise(1000) } : entry)));
    let swapped = false;
    host.misbehave = ({ path, count }) => {
      if (count === 3 && !swapped) {
        swapped = true;
        host.files.set(path, changed);
      }
      return false;
    };
    expect((await save({ connections: 1 })).ok).toBe(true);
    expect(await readTree(directory)).toEqual({ ...whole, '3.bin': digest(noise(1000)) });
    expect(events.some(({ type }) => type === 'archive-changed')).toBe(true);
  });

  it('content that changes in the middle, and tells of each file once', async () => {
    const { host, save, events } = await setUp(archive);
    await save({ include: (path) => path === '0.bin' || path === '1.bin' });
    events.length = 0;
    const before = host.fileRequests.length;
    host.misbehave = (request, response) => {
      if (request.count < before + 4) return false;
      // A new version, with the same content.
      response.writeHead(206, { etag: '"new"', ...rangeHeaders(request.range!, request.file) });
      response.end(request.file.subarray(request.range!.start, request.range!.end));
      return true;
    };
    const report = await save({ connections: 1, include: (path) => path !== '29.bin' });
    expect(report.ok).toBe(true);
    expect(events.filter(({ type }) => type === 'archive-changed')).toHaveLength(1);
    const skipped = [
      { path: '0.bin', reason: 'present' },
      { path: '1.bin', reason: 'present' },
      { path: '29.bin', reason: 'excluded' },
    ];
    expect(events.filter(({ type }) => type === 'file-skipped')).toMatchObject(skipped);
    expect(report.skipped).toEqual(skipped);
    const saved = events.flatMap((event) => (event.type === 'file-saved' ? [event.path] : []));
    expect(new Set(saved).size).toBe(27);
    expect(saved).toHaveLength(27);
  });
});

describe('saveAll asks for a fresh URL', () => {
  it('once, whatever the number of connections that need it', async () => {
    const large = Array.from({ length: 40 }, (_, at) => ({ name: `${at}.bin`, data: noise(1_000_000, at) }));
    const { host, directory, save } = await setUp(makeZip(large));
    host.misbehave = (request, response) => {
      if (request.count === 1 || request.query !== 'signature=1') return false;
      return status(403)(request, response);
    };
    expect((await save()).ok).toBe(true);
    expect(Object.keys(await readTree(directory))).toHaveLength(40);
    expect(host.apiRequests.filter((request) => request.startsWith('GET'))).toHaveLength(2);
  });

  it('and gives up when a fresh one is refused as well', async () => {
    const { host, save, events } = await setUp(archive);
    host.misbehave = status(403);
    const report = await save();
    expect(report).toMatchObject({
      ok: false,
      batches: [{ status: 'failed', jobId: 'job_1', error: { code: 'HTTP_ERROR', status: 403 } }],
    });
    expect(JSON.stringify([report, events])).not.toMatch(/signature|secret/);
    host.misbehave = () => false;
    expect(await save()).toMatchObject({ ok: true, batches: [{ jobId: 'job_1' }] });
  });
});

describe('a file that was damaged on its way', () => {
  it.each([
    ['in the last bytes of the archive, which come first', 3],
    ['further to the front', 30],
  ])('is fetched once more: %s', async (_, files) => {
    const { host, directory, save, events } = await setUp(makeZip(entries.slice(0, files).map(shorten)));
    const hasIt: Misbehaviour = ({ range }) => range !== undefined && range.start <= 100 && range.end > 100;
    const damage: Misbehaviour = (request, response) => {
      const file = Buffer.from(request.file);
      // In the data of the first entry.
      file.writeUInt8(file.readUInt8(100) ^ 1, 100);
      const { start, end } = request.range!;
      response.writeHead(206, rangeHeaders(request.range!, file)).end(file.subarray(start, end));
      return true;
    };
    host.misbehave = strike(1, damage, hasIt);
    const report = await save();
    expect(events.filter(({ type }) => type === 'file-again')).toMatchObject([{ entry: '0.bin' }]);
    expect(report).toMatchObject({ ok: true, totals: { files } });
    expect(Object.keys(await readTree(directory))).toHaveLength(files);
  });

  it.each<[string, Partial<SaveOptions>, boolean]>([
    ['from a host without ranges', {}, false],
    ['in an archive that is kept', { keepArchives: true }, true],
    ['in an archive that is kept, and not unpacked', { extract: false }, true],
  ])('is fetched once more, with its archive: %s', async (_, options, hasRanges) => {
    const zip = makeZip(entries.slice(0, 20));
    const { host, directory, save, events } = await setUp(zip);
    let isDamaged = false;
    host.misbehave = ({ range, file, count }, response) => {
      const { start, end } = (hasRanges ? range : undefined) ?? { start: 0, end: file.length };
      const bytes = Buffer.from(file.subarray(start, end));
      // The first answer without a range only shows that there are none.
      if (!isDamaged && start <= 100 && end > 100 && (hasRanges || count > 1)) {
        bytes.writeUInt8(bytes.readUInt8(100 - start) ^ 1, 100 - start);
        isDamaged = true;
      }
      if (hasRanges) response.writeHead(206, rangeHeaders({ start, end }, file)).end(bytes);
      else response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
      return true;
    };
    const report = await save(options);
    expect(isDamaged).toBe(true);
    expect(report).toMatchObject({ ok: true, batches: [{ status: 'complete', failed: [] }] });
    expect(events.filter(({ type }) => type === 'file-failed')).toEqual([]);
    if (hasRanges) expect((await readFile(join(directory, 'job_1.zip'))).equals(zip)).toBe(true);
    expect(await readdir(join(directory, '.scenario-downloads'))).toEqual(['journal.jsonl']);
  });

  const shorten = ({ name, data }: (typeof entries)[number]) => ({ name, data: data.subarray(0, 20_000) });
});

describe('saveAll gives up, and keeps the rest', () => {
  it('an archive that is beyond the limits, and says so at once', async () => {
    const { save, events } = await setUp(archive);
    const report = await save({ limits: { entries: 3 } });
    expect(report.batches[0]?.error).toMatchObject({ reason: 'too-many-entries' });
    expect(events.filter(({ type }) => type === 'archive-failed')).toMatchObject([
      { batch: 0, jobId: 'job_1', error: { reason: 'too-many-entries' } },
    ]);
  });

  it('a file that is damaged each time', async () => {
    const { host, directory, save, events } = await setUp(
      makeZip([...entries, { name: 'bad', data: noise(500), crc: 1 }]),
    );
    const report = await save();
    expect(report.batches[0]).toMatchObject({
      status: 'partial',
      error: { code: 'ARCHIVE_ERROR', reason: 'crc-mismatch' },
      failed: [{ entry: 'bad' }],
    });
    expect(await readTree(directory)).toEqual(whole);
    expect(events.filter(({ type }) => type === 'file-again')).toHaveLength(1);
    expect(host.fileRequests.length).toBeLessThan(20);
    expect(await readdir(join(directory, '.scenario-downloads'))).toEqual(['journal.jsonl']);
  });

  it('a batch that is no archive, beside one that is', async () => {
    const { directory, save } = await setUp(Buffer.from('<html>'), archive);
    const report = await save({ batchSize: 1 }, ['one', 'two']);
    expect(report.batches).toMatchObject([
      { status: 'failed', error: { reason: 'not-a-zip' } },
      { status: 'complete', assets: 30 },
    ]);
    expect(await readTree(directory)).toEqual(whole);
  });

  it.each([
    ['with ranges', true],
    ['without ranges', false],
  ])('a web page in place of an archive is told of by its URL, at a host %s', async (_, hasRanges) => {
    const { host, save } = await setUp(Buffer.from('\n<!doctype html><title>Log in</title>'));
    if (!hasRanges) {
      host.misbehave = ({ file }, response) => {
        response.writeHead(200).end(file);
        return true;
      };
    }
    const url = `${host.url}/files/job_1.zip`;
    expect((await save()).batches[0]?.error).toMatchObject({
      reason: 'not-a-zip',
      message: `${url}: a web page came in place of a ZIP archive.`,
    });
  });

  it('an archive whose end is missing', async () => {
    const { save } = await setUp(archive.subarray(0, -5000));
    expect((await save()).batches[0]?.error).toMatchObject({ reason: 'truncated' });
  });

  it('a redirect that would leave https or this machine', async () => {
    const { host, save } = await setUp(archive);
    host.misbehave = (_, response) => {
      response.writeHead(302, { location: 'http://files.example.com/x.zip?signature=secret' }).end();
      return true;
    };
    const report = await save();
    expect(report.batches[0]?.error).toMatchObject({ code: 'INVALID_RESPONSE' });
    expect(JSON.stringify(report)).not.toContain('secret');
  });

  it('redirects in a circle', async () => {
    const { host, save } = await setUp(archive);
    host.misbehave = (request, response) => {
      response.writeHead(302, { location: request.path }).end();
      return true;
    };
    expect((await save()).batches[0]?.error?.message).toContain('redirects more than');
  });
});

describe('a single asset', () => {
  async function saveOne(status: number) {
    const clock = createTransferClock();
    const host = await startArchiveHost([], clock);
    host.files.set('/files/a', Buffer.from('picture'));
    host.misbehave = ({ file }, response) => {
      response.writeHead(status).end(status === 204 ? undefined : file);
      return true;
    };
    const directory = await makeFolder();
    const report = await saveAll(host.client, { assetIds: ['a'] }, { directory, clock, targetFormat: 'png' });
    return { report, tree: await readTree(directory) };
  }

  it('may come by way of a proxy that says so', async () => {
    expect(await saveOne(203)).toMatchObject({ report: { ok: true }, tree: { 'a.png': 'picture' } });
  });

  it('has failed where a success brings nothing', async () => {
    const { report, tree } = await saveOne(204);
    expect(report.batches[0]?.failed[0]?.error.message).toMatch(/answered with 204 and no file\.$/);
    expect(tree).toEqual({});
  });
});
