import { mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { makeDirectory, removeEmpty } from '../../../src/node/disk/make-directory.js';
import { makeFolder } from '../../helpers/node-folder.js';
import { expectMode, isWindows } from '../../helpers/platform.js';

it('makes a folder and those above it', async () => {
  const path = join(await makeFolder(), 'a', 'b', 'c');
  await makeDirectory(path);
  expect((await stat(path)).isDirectory()).toBe(true);
  expect(await makeDirectory(path)).toEqual([]);
});

it('does not mind others who make the same ones', async () => {
  const folder = await makeFolder();
  for (let round = 0; round < 200; round++) {
    const path = join(folder, `${round}`, 'a', 'b', 'c');
    const made = await Promise.all(Array.from({ length: 4 }, () => makeDirectory(path)));
    expect(made.flat().sort()).toEqual([dirname(dirname(dirname(path))), dirname(dirname(path)), dirname(path), path]);
  }
});

it('says which were not there', async () => {
  const folder = await makeFolder();
  const [a, b, c] = [join(folder, 'a'), join(folder, 'a', 'b'), join(folder, 'a', 'b', 'c')];
  expect(await makeDirectory(a)).toEqual([a]);
  expect(await makeDirectory(c)).toEqual([b, c]);
});

it('removes those that are empty, and stops at the first that is not', async () => {
  const folder = await makeFolder();
  const made = await makeDirectory(join(folder, 'a', 'b', 'c'));
  await writeFile(join(folder, 'a', 'file'), '');
  await removeEmpty(made);
  expect(await readdir(folder, { recursive: true })).toEqual(['a', join('a', 'file')]);
});

it('says when a file is in the way', async () => {
  const folder = await makeFolder();
  await writeFile(join(folder, 'file'), '');
  await expect(makeDirectory(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeDirectory(join(folder, 'file', 'below'))).rejects.toMatchObject({
    code: isWindows ? 'EEXIST' : 'ENOTDIR',
  });
});

it.skipIf(isWindows)('says when a link leads nowhere', async () => {
  const link = join(await makeFolder(), 'link');
  await symlink('/no/such/folder', link);
  for (const path of [link, join(link, 'below')]) {
    await expect(makeDirectory(path)).rejects.toThrow(`${link} is a symbolic link that leads nowhere.`);
  }
});

it('gives the folder a mode of its own, and not those above it', async () => {
  const folder = await makeFolder();
  await makeDirectory(join(folder, 'above', 'private'), 0o700);
  await mkdir(join(folder, 'usual'));
  const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
  await expectMode(join(folder, 'above', 'private'), 0o700);
  expect(await modeOf(join(folder, 'above'))).toBe(await modeOf(join(folder, 'usual')));
});

it.skipIf(process.platform !== 'linux')('gives up where nothing can be made', async () => {
  await expect(makeDirectory('/proc/scenario-downloads/x')).rejects.toMatchObject({ code: 'ENOENT' });
});
