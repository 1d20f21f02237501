import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createDiskCall } from '../../../src/node/disk/disk-call.js';
import { createOutputFiles } from '../../../src/node/disk/output-files.js';
import { createTempFiles } from '../../../src/node/disk/temp-files.js';
import { openPartialFiles, type PartialFile } from '../../../src/node/partial/partial-files.js';
import { createTransferClock } from '../../helpers/node-clock.js';
import { makeFolder } from '../../helpers/node-folder.js';

const content = Buffer.from('0123456789abcdefghij');
const identity = { jobId: 'job_1', size: content.length, version: { etag: '"1"', lastModified: undefined } };
const whole = 'aa';
const half = 'aa/bb';
const { signal } = new AbortController();

async function openIn(folder: string, known = [whole, half]) {
  return openPartialFiles(folder, {
    files: createOutputFiles(createTransferClock(), createDiskCall()),
    temp: await createTempFiles(folder),
    isKnown: (batch) => known.includes(batch),
  });
}

async function write({ file }: PartialFile, from: number, to: number): Promise<void> {
  const part = file.openPart({ from, to });
  await part.write(content.subarray(from, to));
  await part.end();
}

describe('openPartialFiles', () => {
  it('tells the archive of a batch from that of its half', async () => {
    const folder = await makeFolder();
    const first = await openIn(folder);
    const ofWhole = await first.resume(whole, identity, content.length, signal);
    await write(ofWhole, 0, 5);
    await ofWhole.file.close();
    const ofHalf = await first.resume(half, identity, content.length, signal);
    await write(ofHalf, 10, 12);
    await ofHalf.file.close();
    const second = await openIn(folder);
    expect((await second.resume(whole, identity, content.length, signal)).missing).toEqual([{ from: 5, to: 20 }]);
    const again = await second.resume(half, identity, content.length, signal);
    expect(again.missing).toEqual([
      { from: 0, to: 10 },
      { from: 12, to: 20 },
    ]);
    await write(again, 12, 20);
    await write(again, 0, 10);
    const written = await again.file.end();
    expect(written).toMatchObject({ bytes: 20, crc32: crc32(content) });
    expect(await readFile(written.path)).toEqual(content);
    await second.remove(half);
    expect((await readdir(join(folder, 'partial'))).sort()).toEqual(['aa.jsonl', 'aa.part']);
    await second.close();
    expect(await readdir(folder)).toContain('partial');
    await second.remove(whole);
    await second.close();
    expect(await readdir(folder)).toEqual(['tmp']);
  });

  it('keeps only what the journal knows', async () => {
    const folder = await makeFolder();
    const first = await openIn(folder);
    for (const batch of [whole, half]) {
      const partial = await first.resume(batch, identity, content.length, signal);
      await write(partial, 0, 5);
      await partial.file.close();
    }
    await openIn(folder, [half]);
    expect((await readdir(join(folder, 'partial'))).sort()).toEqual(['aa-bb.jsonl', 'aa-bb.part']);
  });

  it('notes a part that broke off as far as it came, and none that did not begin', async () => {
    const folder = await makeFolder();
    const first = await openIn(folder);
    const { file } = await first.resume(whole, identity, content.length, signal);
    const part = file.openPart({ from: 4, to: 20 });
    await part.write(content.subarray(4, 9));
    await Promise.all([part.end(), file.openPart({ from: 0, to: 4 }).end()]);
    await file.close();
    expect((await (await openIn(folder)).resume(whole, identity, content.length, signal)).missing).toEqual([
      { from: 0, to: 4 },
      { from: 9, to: 20 },
    ]);
  });

  it('begins anew without a validator', async () => {
    const folder = await makeFolder();
    const unknown = { ...identity, version: { etag: undefined, lastModified: undefined } };
    const first = await (await openIn(folder)).resume(whole, unknown, content.length, signal);
    await write(first, 0, 5);
    await first.file.close();
    expect((await (await openIn(folder)).resume(whole, unknown, content.length, signal)).missing).toEqual([
      { from: 0, to: 20 },
    ]);
  });

  it('is called off while it reads what is there', async () => {
    const folder = await makeFolder();
    const first = await (await openIn(folder)).resume(whole, identity, content.length, signal);
    await write(first, 0, 5);
    await first.file.close();
    const aborted = AbortSignal.abort(new Error('enough'));
    await expect((await openIn(folder)).resume(whole, identity, content.length, aborted)).rejects.toThrow('enough');
    expect((await (await openIn(folder)).resume(whole, identity, content.length, signal)).missing).toEqual([
      { from: 5, to: 20 },
    ]);
  });
});
