import { rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { saveAll } from '../../src/node/save-all.js';
import type { SaveOptions } from '../../src/node/save-options.js';
import { startArchiveHost } from '../helpers/file-host.js';
import { makeFolder, readTree } from '../helpers/node-folder.js';
import { makeZip } from '../helpers/node-zip.js';

const names = ['a.png', 'b.png', 'c.png', 'd.png', 'e.png'];

async function saveOnce() {
  const archive = makeZip(names.map((name) => ({ name, data: `of ${name}` })));
  // With `force` it is asked for again.
  const host = await startArchiveHost([archive, archive, archive]);
  const directory = await makeFolder();
  const save = (options: Partial<SaveOptions> = {}) =>
    saveAll(host.client, { inferenceIds: ['one'] }, { directory, ...options });
  expect((await save()).warnings).toEqual([]);
  return { directory, save };
}

it.each([{}, { keepArchives: true }])('says which files it replaces that had been changed: %j', async (options) => {
  const { directory, save } = await saveOnce();
  await save(options);
  await writeFile(join(directory, 'a.png'), 'retouched');
  await rm(join(directory, 'b.png'));
  const { ok, warnings } = await save(options);
  expect(ok).toBe(true);
  expect(warnings).toEqual([
    { code: 'replaced', batch: 0, part: [], message: '1 file with other content was replaced: "a.png".' },
  ]);
  expect((await readTree(directory))['a.png']).toBe('of a.png');
  expect((await save(options)).warnings).toEqual([]);
});

it('names some of many, and none that were not wanted', async () => {
  const { directory, save } = await saveOnce();
  for (const name of names) await writeFile(join(directory, name), 'retouched');
  const { warnings } = await save({ exclude: (path) => path === 'a.png' });
  expect(warnings).toMatchObject([
    { message: '4 files with other content were replaced: "b.png", "c.png", "d.png" and more.' },
  ]);
});

it('says nothing of a file that was touched and is what it was', async () => {
  const { directory, save } = await saveOnce();
  await utimes(join(directory, 'a.png'), 1, 1);
  expect((await save()).warnings).toEqual([]);
});

it('says with force what it replaces: what was changed, and what it had not saved', async () => {
  const { directory, save } = await saveOnce();
  await writeFile(join(directory, 'a.png'), 'retouched');
  await rm(join(directory, '.scenario-downloads'), { recursive: true });
  await writeFile(join(directory, 'b.png'), 'of the user');
  const { warnings, renamed } = await save({ force: true });
  expect(renamed).toEqual([]);
  expect(warnings).toMatchObject([{ message: '2 files with other content were replaced: "a.png", "b.png".' }]);
  await writeFile(join(directory, 'c.png'), 'retouched');
  expect((await save({ force: true })).warnings).toMatchObject([
    { message: '1 file with other content was replaced: "c.png".' },
  ]);
});
