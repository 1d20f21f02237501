import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DirectoryBusyError } from '../../../src/node/errors.js';
import { lockDirectory } from '../../../src/node/journal/directory-lock.js';
import { makeFolder } from '../../helpers/node-folder.js';

describe('lockDirectory', () => {
  it('lets one in at a time, in one process too', async () => {
    const folder = await makeFolder();
    const unlock = await lockDirectory(folder, 'the directory');
    await expect(lockDirectory(folder, 'the directory')).rejects.toThrow(DirectoryBusyError);
    await unlock();
    const again = await lockDirectory(folder, 'the directory');
    await again();
    expect(await readdir(folder)).toEqual([]);
  });

  it('says which process has it', async () => {
    const folder = await makeFolder();
    const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
    onTestFinished(() => void other.kill('SIGKILL'));
    await writeFile(join(folder, 'lock'), JSON.stringify({ pid: other.pid }));
    const busy = lockDirectory(folder, 'the directory');
    await expect(busy).rejects.toMatchObject({ code: 'DIRECTORY_BUSY', pid: other.pid, directory: 'the directory' });
    expect(await readdir(folder)).toEqual(['lock']);
  });

  it.runIf(existsSync('/proc/self/stat'))(
    'takes over a lock of a process that was killed and not waited for',
    async () => {
      const folder = await makeFolder();
      // The shell becomes a program that never asks what became of the child.
      const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60']);
      onTestFinished(() => void parent.kill('SIGKILL'));
      const pid = Number(await new Promise<Buffer>((resolve) => parent.stdout.once('data', resolve)));
      await writeFile(join(folder, 'lock'), JSON.stringify({ pid }));
      await expect(lockDirectory(folder, 'the directory')).rejects.toThrow(DirectoryBusyError);
      process.kill(pid, 'SIGKILL');
      while (!/\) Z /.test(await readFile(`/proc/${pid}/stat`, 'latin1'))) await new Promise(setImmediate);
      await (
        await lockDirectory(folder, 'the directory')
      )();
    },
  );

  it.each([
    ['of a process that is gone', JSON.stringify({ pid: 2 ** 22 + 5 })],
    ['of a predecessor with the same id', JSON.stringify({ pid: process.pid, startedAt: 'then' })],
    ['that says nothing', ''],
    ['of nobody', '{"pid":-1}'],
  ])('takes over a lock %s', async (_, text) => {
    const folder = await makeFolder();
    await writeFile(join(folder, 'lock'), text);
    const unlock = await lockDirectory(folder, 'the directory');
    expect(JSON.parse(await readFile(join(folder, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid });
    await unlock();
  });

  it.runIf(process.platform === 'linux')('takes over a lock of a process whose id was used again', async () => {
    const folder = await makeFolder();
    await writeFile(join(folder, 'lock'), JSON.stringify({ pid: process.ppid, startedAt: 'another boot:1' }));
    const unlock = await lockDirectory(folder, 'the directory');
    await unlock();
  });

  it('removes what killed processes have left of their attempts, and nothing of those that run', async () => {
    const folder = await makeFolder();
    const alive = `lock.${process.ppid}.one`;
    for (const name of [alive, `lock.${2 ** 22 + 5}.two`, `lock.${process.pid}.three`, 'journal.jsonl']) {
      await writeFile(join(folder, name), '');
    }
    const unlock = await lockDirectory(folder, 'the directory');
    expect((await readdir(folder)).sort()).toEqual(['journal.jsonl', 'lock', alive]);
    await unlock();
  });
});
