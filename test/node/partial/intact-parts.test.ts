import { link, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { intactParts } from '../../../src/node/partial/intact-parts.js';
import { makeFolder } from '../../helpers/node-folder.js';
import { isWindows } from '../../helpers/platform.js';

const content = Buffer.from('0123456789');
const { signal } = new AbortController();

async function makeFile(): Promise<string> {
  const path = join(await makeFolder(), 'file');
  await writeFile(path, content);
  return path;
}

const part = (from: number, to: number) => ({ from, bytes: to - from, crc32: crc32(content.subarray(from, to)) });

it('finds the parts in their order, whatever that of the notes is', async () => {
  const noted = [part(5, 10), part(0, 2), part(2, 3)];
  expect(await intactParts(await makeFile(), 10, noted, signal)).toEqual([part(0, 2), part(2, 3), part(5, 10)]);
});

it('takes no byte twice, and none that is not as it was noted', async () => {
  const noted = [part(0, 5), { ...part(0, 9), crc32: 1 }, part(4, 8), part(8, 9), { ...part(9, 10), crc32: 1 }];
  expect(await intactParts(await makeFile(), 10, noted, signal)).toEqual([part(0, 5), part(8, 9)]);
});

it('finds nothing in a file that is longer than it may be', async () => {
  expect(await intactParts(await makeFile(), 9, [part(0, 5)], signal)).toEqual([]);
});

it.each([...(isWindows ? [] : [['symbolic', symlink] as const]), ['hard', link] as const])(
  'finds nothing behind a %s link',
  async (_, makeLink) => {
    const path = await makeFile();
    await makeLink(path, `${path}-2`);
    expect(await intactParts(`${path}-2`, 1000, [part(0, 5)], signal)).toEqual([]);
  },
);
