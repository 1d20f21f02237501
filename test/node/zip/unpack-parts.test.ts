import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { createMemorySource } from '../../../scripts/fuzz/memory-source.js';
import { createRandom } from '../../../scripts/fuzz/random.js';
import { systemClock } from '../../../src/clock.js';
import { createDiskCall } from '../../../src/node/disk/disk-call.js';
import { createOutputFiles } from '../../../src/node/disk/output-files.js';
import { createSplitFile } from '../../../src/node/disk/split-file.js';
import type { ArchiveEntry } from '../../../src/node/zip/entry.js';
import type { UnpackContext } from '../../../src/node/zip/unpack-context.js';
import { createSplitEntry } from '../../../src/node/zip/unpack-parts.js';
import { makeFolder } from '../../helpers/node-folder.js';
import { makeZip, noise } from '../../helpers/node-zip.js';

/** A deflated entry that is fetched in one part, into a real folder. */
async function setUp(crc?: number) {
  const data = noise(200_000);
  const folder = await makeFolder();
  const files = createOutputFiles(systemClock, createDiskCall());
  const source = createMemorySource(makeZip([{ name: 'x', data, deflate: true }]), createRandom(1));
  const controller = new AbortController();
  const calls: string[] = [];
  let names = 0;
  const collected = join(folder, 'collected');
  const file = createSplitFile(collected, files);
  const compressedSize = deflateRawSync(data).length;
  const entry: ArchiveEntry = {
    index: 0,
    name: 'x',
    occurrence: 0,
    offset: 0,
    limit: source.size,
    compressedSize,
    uncompressedSize: data.length,
    crc32: crc ?? crc32(data),
    isDeflated: true,
    problem: undefined,
  };
  const context = {
    source,
    files,
    newTempPath: () => join(folder, `${++names}.part`),
    save: () => Promise.resolve(void calls.push('save')),
    signal: controller.signal,
  } as Partial<UnpackContext> as UnpackContext;
  const note = (call: string, then: () => Promise<void>) => () => {
    calls.push(call);
    return then();
  };
  const part = { from: 0, to: compressedSize };
  const assemble = () =>
    Promise.resolve({
      file,
      missing: [part],
      leave: note('leave', file.close),
      remove: note('remove', file.discard),
    });
  const split = createSplitEntry(entry, 1, assemble, context);
  return { split, part, controller, source, calls, collected };
}

it('an entry that is whole is saved, and what was collected of it is removed', async () => {
  const { split, part, calls, collected } = await setUp();
  await split.unpackPart(part);
  await split.close();
  expect(calls).toEqual(['save', 'remove']);
  expect(existsSync(collected)).toBe(false);
});

it('what was collected stays for the next run when this one is aborted while it inflates', async () => {
  const { split, part, controller, source, calls, collected } = await setUp();
  const read = source.read.bind(source);
  source.read = async (...stretch) => {
    await read(...stretch);
    // The last byte is here, and nothing is inflated yet.
    if (stretch[1] - stretch[0] === part.to) controller.abort(new Error('enough'));
  };
  await expect(split.unpackPart(part)).rejects.toThrow('enough');
  await split.close();
  expect(calls).toEqual(['leave']);
  expect(existsSync(collected)).toBe(true);
});

it('what was collected is removed when it is damaged', async () => {
  const { split, part, calls, collected } = await setUp(1);
  await expect(split.unpackPart(part)).rejects.toMatchObject({ code: 'ARCHIVE_ERROR', reason: 'crc-mismatch' });
  await split.close();
  expect(calls).toEqual(['remove']);
  expect(existsSync(collected)).toBe(false);
});
