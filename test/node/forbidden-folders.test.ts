import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { saveAll } from '../../src/node/save-all.js';
import { startArchiveHost } from '../helpers/file-host.js';
import { makeFolder, readTree } from '../helpers/node-folder.js';
import { makeZip } from '../helpers/node-zip.js';
import { isWindows } from '../helpers/platform.js';

const NOBODY = 65_534;

/** Nothing is forbidden to root, so that it becomes somebody else for a while. */
async function asUser<Result>(work: () => Promise<Result>): Promise<Result> {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

async function makeOwnFolder(path: string, mode: number): Promise<void> {
  await mkdir(path, { recursive: true });
  if (process.getuid?.() === 0) await chown(path, NOBODY, NOBODY);
  await chmod(path, mode);
}

/** Modes of a folder: it cannot be used at all, not be written to, not be looked into. */
test.skipIf(isWindows).each([0o000, 0o555, 0o333])(
  'a folder of mode %o takes no file of another with it, and loses none of its own',
  async (mode) => {
    const directory = await makeFolder();
    await makeOwnFolder(directory, 0o755);
    const shut = join(directory, 'shut');
    await mkdir(shut);
    await writeFile(join(shut, 'mine'), 'of somebody else');
    await makeOwnFolder(shut, mode);
    onTestFinished(() => chmod(shut, 0o755));
    const data = Buffer.from('new');
    const host = await startArchiveHost([
      makeZip([
        { name: 'a', data },
        { name: 'shut/mine', data },
        { name: 'shut/b', data },
        { name: 'z', data },
      ]),
    ]);
    const report = await asUser(() => saveAll(host.client, { inferenceIds: ['one'] }, { directory }));
    await chmod(shut, 0o755);
    expect(await readTree(directory)).toEqual({ a: 'new', z: 'new', 'shut/mine': 'of somebody else' });
    expect(report).toMatchObject({ ok: false, totals: { files: 2 } });
    const failed = report.batches[0]?.failed.map(({ entry, error }) => `${entry}: ${error.code} ${error.message}`);
    expect(failed?.sort()).toEqual([
      expect.stringMatching(/^shut\/b: FILE_SYSTEM_ERROR .*EACCES/),
      expect.stringMatching(/^shut\/mine: FILE_SYSTEM_ERROR .*EACCES/),
    ]);
    const again = await saveAll(host.client, { inferenceIds: ['one'] }, { directory });
    expect(again).toMatchObject({ ok: true, totals: { files: 4 } });
  },
);
