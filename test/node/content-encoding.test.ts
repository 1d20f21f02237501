import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { saveAll } from '../../src/node/save-all.js';
import { answerFile, rangeHeaders, startArchiveHost } from '../helpers/file-host.js';
import { createTransferClock } from '../helpers/node-clock.js';
import { digest, makeFolder, readTree } from '../helpers/node-folder.js';
import { makeZip, noise } from '../helpers/node-zip.js';

const drawing = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h1v1z"/></svg>'.repeat(2000));
const packings: [encoding: string, pack: (bytes: Buffer) => Buffer][] = [
  ['gzip', gzipSync],
  ['X-GZIP', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['identity', (bytes) => bytes],
  ['aws-chunked', (bytes) => bytes],
  ['aws-chunked,gzip', gzipSync],
];

/** A host that keeps each file packed and says so, whatever it is asked for: as object stores do with some. */
async function setUp(encoding: string, files: Record<string, Buffer>) {
  const clock = createTransferClock();
  const host = await startArchiveHost([], clock);
  for (const [name, packed] of Object.entries(files)) host.files.set(`/files/${name}`, packed);
  host.misbehave = (request, response) => {
    response.setHeader('content-encoding', encoding);
    answerFile(request, response);
    return true;
  };
  const directory = await makeFolder();
  const saveAssets = (options = {}) =>
    saveAll(host.client, { assetIds: ['drawing'] }, { directory, clock, targetFormat: 'svg', ...options });
  const saveArchive = (options = {}) =>
    saveAll(host.client, { inferenceIds: ['one'] }, { directory, clock, ...options });
  return { host, directory, saveAssets, saveArchive };
}

describe('a file that its host keeps packed', () => {
  it.each(packings)('is unpacked: an asset, %s', async (encoding, pack) => {
    const { directory, saveAssets } = await setUp(encoding, { drawing: pack(drawing) });
    const report = await saveAssets();
    expect(await readTree(directory)).toEqual({ 'drawing.svg': digest(drawing) });
    expect(report).toMatchObject({ ok: true, batches: [{ files: [{ path: 'drawing.svg', bytes: drawing.length }] }] });
    expect((await saveAssets()).skipped).toEqual([{ path: 'drawing.svg', reason: 'present' }]);
  });

  it.each(packings)('is unpacked: an archive, %s', async (encoding, pack) => {
    const archive = makeZip([{ name: 'a.png', data: noise(600_000) }]);
    const { directory, saveArchive } = await setUp(encoding, { 'job_1.zip': pack(archive) });
    const report = await saveArchive({ keepArchives: true });
    expect(report.ok).toBe(true);
    expect(await readTree(directory)).toEqual({ 'a.png': digest(noise(600_000)), 'job_1.zip': digest(archive) });
  });

  it('goes on where its transfer broke off', async () => {
    const art = noise(400_000);
    const packed = gzipSync(art);
    const { host, directory, saveAssets } = await setUp('gzip', { drawing: packed });
    const head = { etag: '"tag"', 'content-encoding': 'gzip' };
    host.misbehave = ({ range, file }, response) => {
      if (range !== undefined) {
        const { start, end } = range;
        response.writeHead(206, { ...head, ...rangeHeaders(range, file) }).end(file.subarray(start, end));
      } else {
        response.writeHead(200, { ...head, 'content-length': file.length });
        response.write(file.subarray(0, 300_000), () => setImmediate(() => response.destroy()));
      }
      return true;
    };
    await saveAssets();
    expect(await readTree(directory)).toEqual({ 'drawing.svg': digest(art) });
    expect(host.fileRequests.map(({ range }) => range?.start)).toEqual([undefined, 300_000]);
  });

  it.each([
    ['in a way that is not known here', 'compress', drawing, 'is packed as "compress"'],
    ['twice', 'gzip, br', drawing, 'is packed as "gzip, br"'],
    ['in another way than its host says', 'gzip', drawing, 'cannot be unpacked as "gzip": incorrect header check'],
    ['and cut short', 'br', brotliCompressSync(drawing).subarray(0, -9), 'cannot be unpacked as "br": unexpected end'],
    ['and is a bomb', 'gzip', gzipSync(Buffer.alloc(4 * 1024 * 1024)), 'unpacks to more than 250 times its length'],
  ])('is not saved when it is packed %s', async (_, encoding, packed, message) => {
    const { directory, saveAssets } = await setUp(encoding, { drawing: packed });
    const report = await saveAssets();
    expect(report.ok).toBe(false);
    const [failed] = report.batches[0]?.failed ?? [];
    expect(failed).toMatchObject({ entry: 'drawing', error: { code: 'INVALID_RESPONSE' } });
    expect(failed?.error.message).toContain(message);
    expect(await readTree(directory)).toEqual({});
    await expect(readFile(join(directory, '.scenario-downloads', 'journal.jsonl'))).rejects.toThrow('ENOENT');
  });

  it('may be as much smaller as the caller allows', async () => {
    const blank = Buffer.alloc(4 * 1024 * 1024);
    const { directory, saveAssets } = await setUp('gzip', { drawing: gzipSync(blank) });
    expect((await saveAssets({ limits: { ratio: 2000 } })).ok).toBe(true);
    expect(await readTree(directory)).toEqual({ 'drawing.svg': digest(blank) });
  });
});
