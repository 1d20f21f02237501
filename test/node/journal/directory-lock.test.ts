import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DirectoryBusyError } from '../../../src/node/errors.js';
import { lockDirectory } from '../../../src/node/journal/directory-lock.js';
import { describeSelf } from '../../../src/node/journal/lock-holder.js';
import { hashOf } from '../../../src/node/names/file-names.js';
import { makeFolder } from '../../helpers/node-folder.js';

/** Whether this process may start another that cannot see it. */
const canSeparate = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']).status === 0;

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

  it('lets one thread in at a time', async () => {
    const folder = await makeFolder();
    const unlock = await lockDirectory(folder, 'the directory');
    const script = join(import.meta.dirname, '../../helpers/node-lock-thread.mjs');
    const asked = new Worker(script, { workerData: folder });
    const [answer] = (await once(asked, 'message')) as [unknown];
    expect(answer).toMatchObject({ code: 'DIRECTORY_BUSY', pid: process.pid });
    await unlock();
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([1, 2])('goes on where a process ended while it took over a lock, %d in a row', async (ended) => {
    const folder = await makeFolder();
    const dead = { pid: 2 ** 22 + 5 };
    const texts = [
      JSON.stringify(dead),
      JSON.stringify({ ...dead, id: 'one' }),
      JSON.stringify({ ...dead, id: 'two' }),
    ];
    let name = 'lock';
    for (const text of texts.slice(0, 1 + ended)) {
      await writeFile(join(folder, name), text);
      name += `.stale.${hashOf(text)}`;
    }
    const unlock = await lockDirectory(folder, 'the directory');
    expect(await readdir(folder)).toEqual(['lock']);
    await unlock();
  });

  it('does not take over a lock that another process takes over', async () => {
    const folder = await makeFolder();
    const text = JSON.stringify({ pid: 2 ** 22 + 5 });
    await writeFile(join(folder, 'lock'), text);
    await writeFile(join(folder, `lock.stale.${hashOf(text)}`), JSON.stringify({ pid: process.ppid }));
    const busy = lockDirectory(folder, 'the directory');
    await expect(busy).rejects.toMatchObject({ code: 'DIRECTORY_BUSY', pid: process.ppid });
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

  it('takes over a lock of a predecessor with the same id, where only its age tells', async () => {
    const folder = await makeFolder();
    await writeFile(join(folder, 'lock'), JSON.stringify(await describeSelf()));
    await expect(lockDirectory(folder, 'the directory')).rejects.toThrow(DirectoryBusyError);
    const before = new Date(Date.now() - (process.uptime() + 1) * 1000);
    await utimes(join(folder, 'lock'), before, before);
    const unlock = await lockDirectory(folder, 'the directory');
    await unlock();
  });

  it.runIf(process.platform === 'linux')('takes over a lock of a process whose id was used again', async () => {
    const folder = await makeFolder();
    await writeFile(join(folder, 'lock'), JSON.stringify({ pid: process.ppid, startedAt: 'another boot:1' }));
    const unlock = await lockDirectory(folder, 'the directory');
    await unlock();
  });

  describe('of a process that cannot be seen', () => {
    const elsewhere = JSON.stringify({ pid: 1, startedAt: 'then', place: 'elsewhere' });
    // Of whole seconds: fractions come back from the disk as others.
    const longAgo = new Date(Math.trunc(Date.now() / 1000) * 1000 - 3_600_000);

    it('is respected while it shows signs of life, and says where it is from', async () => {
      const folder = await makeFolder();
      await writeFile(join(folder, 'lock'), elsewhere);
      const busy = lockDirectory(folder, 'the directory');
      await expect(busy).rejects.toThrow(/^Process 1 of another machine or container \(elsewhere\) is saving into/);
      expect(await readdir(folder)).toEqual(['lock']);
    });

    it('is taken over when there was none for long', async () => {
      const folder = await makeFolder();
      await writeFile(join(folder, 'lock'), elsewhere);
      await utimes(join(folder, 'lock'), longAgo, longAgo);
      const unlock = await lockDirectory(folder, 'the directory');
      await unlock();
      expect(await readdir(folder)).toEqual([]);
    });

    it('is what this process gives while it holds one', async () => {
      const folder = await makeFolder();
      const unlock = await lockDirectory(folder, 'the directory', { beatMs: 5 });
      await utimes(join(folder, 'lock'), longAgo, longAgo);
      while ((await stat(join(folder, 'lock'))).mtimeMs === longAgo.getTime()) await new Promise(setImmediate);
      await unlock();
    });

    it.each([
      ['taken over', elsewhere, { code: 'DIRECTORY_BUSY', pid: 1 }],
      ['removed', undefined, { code: 'FILE_SYSTEM_ERROR', errno: 'ENOENT' }],
    ])('is told, and not kept fresh, where this one was %s', async (_, text, expected) => {
      const folder = await makeFolder();
      const lock = join(folder, 'lock');
      const losses: Error[] = [];
      const unlock = await lockDirectory(folder, 'the directory', { beatMs: 5, onLost: (error) => losses.push(error) });
      if (text === undefined) {
        await rm(lock);
      } else {
        await writeFile(`${lock}.new`, text);
        await utimes(`${lock}.new`, longAgo, longAgo);
        await rename(`${lock}.new`, lock);
      }
      while (losses.length === 0) await new Promise(setImmediate);
      await unlock();
      expect(losses).toMatchObject([expected]);
      if (text !== undefined) expect((await stat(lock)).mtimeMs).toBe(longAgo.getTime());
    });

    it('is left alone where it has taken over this one', async () => {
      const folder = await makeFolder();
      const unlock = await lockDirectory(folder, 'the directory');
      await writeFile(join(folder, 'lock'), elsewhere);
      await unlock();
      expect(await readFile(join(folder, 'lock'), 'utf8')).toBe(elsewhere);
    });

    it.runIf(canSeparate)('is respected between containers', async () => {
      const folder = await makeFolder();
      const script = join(import.meta.dirname, '../../helpers/node-lock-child.ts');
      const run = ['--pid', '--fork', '--mount-proc', process.execPath, '--import', 'tsx', script, folder];
      const holder = spawn('unshare', run, { stdio: ['pipe', 'pipe', 'inherit'] });
      onTestFinished(() => void holder.kill('SIGKILL'));
      const said = await new Promise<string>((resolve) => holder.stdout.once('data', (text) => resolve(String(text))));
      expect(said).toBe('locked\n');
      await expect(lockDirectory(folder, 'the directory')).rejects.toThrow(/of another machine or container/);
      holder.stdin.end();
      await new Promise((resolve) => holder.once('exit', resolve));
      await (
        await lockDirectory(folder, 'the directory')
      )();
    });
  });

  it('removes what killed processes have left of their attempts, and nothing of those that run', async () => {
    const folder = await makeFolder();
    const here = hashOf((await describeSelf()).place ?? '');
    const alive = `lock.${process.ppid}.${here}.one`;
    const foreign = `lock.1.${hashOf('elsewhere')}.four`;
    const ofThread = `lock.${process.pid}.${here}.six`;
    const ofPredecessor = `lock.${process.pid}.${here}.three`;
    const left = [`lock.${2 ** 22 + 5}.${here}.two`, ofPredecessor, `lock.2.${hashOf('x')}.five`];
    for (const name of [alive, foreign, ofThread, ...left, 'journal.jsonl']) await writeFile(join(folder, name), '');
    for (const name of left.slice(1)) await utimes(join(folder, name), 1, 1);
    const halfway = `lock.stale.${hashOf('seven')}`;
    await writeFile(join(folder, halfway), JSON.stringify({ pid: 2 ** 22 + 5 }));
    const unlock = await lockDirectory(folder, 'the directory');
    expect((await readdir(folder)).sort()).toEqual(['journal.jsonl', 'lock', alive, foreign, ofThread].sort());
    await unlock();
  });
});
