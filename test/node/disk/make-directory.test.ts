import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeDirectory } from '../../../src/node/disk/make-directory.js';
import { makeFolder } from '../../helpers/node-folder.js';

it('makes a folder and those above it', async () => {
  const path = join(await makeFolder(), 'a', 'b', 'c');
  await Promise.all([makeDirectory(path), makeDirectory(path)]);
  expect((await stat(path)).isDirectory()).toBe(true);
  await makeDirectory(path);
});

it('says when a file is in the way', async () => {
  const folder = await makeFolder();
  await writeFile(join(folder, 'file'), '');
  await expect(makeDirectory(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeDirectory(join(folder, 'file', 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});

it('gives the folder a mode of its own, and not those above it', async () => {
  const folder = await makeFolder();
  await makeDirectory(join(folder, 'above', 'private'), 0o700);
  await mkdir(join(folder, 'usual'));
  const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
  expect(await modeOf(join(folder, 'above', 'private'))).toBe(0o700);
  expect(await modeOf(join(folder, 'above'))).toBe(await modeOf(join(folder, 'usual')));
});

it.skipIf(process.platform !== 'linux')('gives up where nothing can be made', async () => {
  await expect(makeDirectory('/proc/scenario-downloads/x')).rejects.toMatchObject({ code: 'ENOENT' });
});
