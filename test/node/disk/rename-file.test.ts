import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDiskCall, type DiskCall } from '../../../src/node/disk/disk-call.js';
import { renameFile } from '../../../src/node/disk/rename-file.js';
import { createTransferClock } from '../../helpers/node-clock.js';
import { makeFolder } from '../../helpers/node-folder.js';

async function setUp() {
  const folder = await makeFolder();
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  await writeFile(from, 'new');
  await writeFile(to, 'old');
  return { folder, from, to, clock: createTransferClock() };
}

/** A disk where somebody has the file open for so many tries. */
function inUse(tries: number, code: string): DiskCall {
  let left = tries;
  return (here) =>
    left-- > 0
      ? Promise.reject(Object.assign(new Error(`${code}: refused, rename`), { code, errno: -1 }))
      : Promise.resolve(here());
}

describe('renameFile', () => {
  it('takes the place of what has the name', async () => {
    const { folder, from, to, clock } = await setUp();
    await renameFile(from, to, { call: createDiskCall(), clock });
    expect(await readdir(folder)).toEqual(['to']);
  });

  it.each(['EPERM', 'EACCES', 'EBUSY'])('waits on Windows while somebody has the file open: %s', async (code) => {
    const { folder, from, to, clock } = await setUp();
    await renameFile(from, to, { call: inUse(7, code), clock, platform: 'win32' });
    expect(await readdir(folder)).toEqual(['to']);
    expect(clock.delays).toEqual([10, 20, 40, 80, 160, 250, 250]);
  });

  it('gives up after ten seconds', async () => {
    const { from, to, clock } = await setUp();
    const result = renameFile(from, to, { call: inUse(Infinity, 'EPERM'), clock, platform: 'win32' });
    await expect(result).rejects.toMatchObject({ code: 'EBUSY', cause: { code: 'EPERM' } });
    expect(clock.delays.reduce((sum, ms) => sum + ms, 0)).toBe(10_060);
  });

  it('does not say that a file is in use where there is none', async () => {
    const { folder, from, to, clock } = await setUp();
    await rm(to);
    const options = { call: inUse(Infinity, 'EPERM'), clock, platform: 'win32' as const };
    await expect(renameFile(from, to, options)).rejects.toMatchObject({ code: 'EPERM' });
    await mkdir(join(folder, 'to'));
    await expect(renameFile(from, to, options)).rejects.toMatchObject({ code: 'EPERM' });
  });

  it.each<[NodeJS.Platform, string]>([
    ['linux', 'EPERM'],
    ['win32', 'ENOSPC'],
  ])('does not wait for what stays: %s, %s', async (platform, code) => {
    const { from, to, clock } = await setUp();
    await expect(renameFile(from, to, { call: inUse(1, code), clock, platform })).rejects.toMatchObject({ code });
    expect(clock.delays).toEqual([]);
  });
});
