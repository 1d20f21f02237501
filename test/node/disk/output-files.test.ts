import { execFile } from 'node:child_process';
import { mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createFileWriter } from '../../../src/node/disk/file-writer.js';
import { createDiskCall } from '../../../src/node/disk/disk-call.js';
import { createOutputFiles } from '../../../src/node/disk/output-files.js';
import { FileSystemError } from '../../../src/node/errors.js';
import { createTransferClock } from '../../helpers/node-clock.js';
import { makeFolder } from '../../helpers/node-folder.js';
import { noise } from '../../helpers/node-zip.js';
import { isWindows } from '../../helpers/platform.js';

describe('createOutputFiles', () => {
  it('never has more files open than it may', async () => {
    const folder = await makeFolder();
    const files = createOutputFiles(createTransferClock(), createDiskCall(), 2);
    const [one, two] = [await files.create(join(folder, '1')), await files.create(join(folder, '2'))];
    let isOpen = false;
    const third = files.create(join(folder, '3')).then((file) => {
      isOpen = true;
      return file;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOpen).toBe(false);
    await one.close();
    await one.close();
    await (await third).close();
    await two.close();
    expect(isOpen).toBe(true);
  });

  it.skipIf(isWindows)('waits for its turn when the process has no more descriptors', async () => {
    const folder = await makeFolder();
    const script = join(import.meta.dirname, '../../helpers/node-many-files.ts');
    const command = `ulimit -n 64 && "${process.execPath}" --import tsx "${script}" "${folder}"`;
    await promisify(execFile)('sh', ['-c', command]);
    expect(await readdir(folder)).toHaveLength(300);
    expect(await readFile(join(folder, '299'), 'utf8')).toBe('299');
  });

  it('writes a small file in one go', async () => {
    const path = join(await makeFolder(), 'x');
    const { mtimeMs } = await createOutputFiles(createTransferClock(), createDiskCall()).write(path, noise(3000));
    expect((await readFile(path)).equals(noise(3000))).toBe(true);
    expect(mtimeMs).toBe(Math.trunc((await stat(path)).mtimeMs));
  });

  it('writes it in steps where the disk is slow', async () => {
    const path = join(await makeFolder(), 'x');
    const files = createOutputFiles(createTransferClock(), (_here, elsewhere) => elsewhere());
    await files.write(path, noise(3000));
    expect((await readFile(path)).equals(noise(3000))).toBe(true);
  });

  it.skipIf(isWindows)('waits for a descriptor for it', async () => {
    const folder = await makeFolder();
    const script = join(import.meta.dirname, '../../helpers/node-no-descriptors.ts');
    const command = `ulimit -n 64 && "${process.execPath}" --import tsx "${script}" "${folder}"`;
    const { stdout } = await promisify(execFile)('sh', ['-c', command]);
    expect(stdout).toBe('true\n');
    expect(await readFile(join(folder, 'small'), 'utf8')).toBe('small');
  });

  it('writes over nothing', async () => {
    const folder = await makeFolder();
    await mkdir(join(folder, 'x'));
    const files = createOutputFiles(createTransferClock(), createDiskCall());
    await expect(files.create(join(folder, 'x'))).rejects.toThrow(FileSystemError);
    expect(() => files.write(join(folder, 'x'), noise(3))).toThrow(FileSystemError);
  });
});

describe('createFileWriter', () => {
  it('writes what comes, in order, at its place', async () => {
    const folder = await makeFolder();
    const files = createOutputFiles(createTransferClock(), createDiskCall());
    const path = join(folder, 'x');
    const writer = createFileWriter(() => files.create(path), 5);
    const data = noise(9_000_000);
    for (let at = 0; at < data.length; at += 700_000) void writer.write(data.subarray(at, at + 700_000));
    await (await writer.end()).close();
    expect((await readFile(path)).subarray(5).equals(data)).toBe(true);
  });

  it.each([300, 70_000])('writes several chunks of %i bytes at once, one behind the other', async (bytes) => {
    const files = createOutputFiles(createTransferClock(), createDiskCall());
    const path = join(await makeFolder(), 'x');
    const writer = createFileWriter(() => files.create(path));
    const chunks = [noise(bytes), Buffer.alloc(0), noise(bytes, 2), noise(7, 3)];
    await writer.write(chunks);
    await writer.write(noise(5, 4));
    await (await writer.end()).close();
    expect((await readFile(path)).equals(Buffer.concat([...chunks, noise(5, 4)]))).toBe(true);
  });

  it('makes an empty file of nothing', async () => {
    const path = join(await makeFolder(), 'x');
    const files = createOutputFiles(createTransferClock(), createDiskCall());
    await (await createFileWriter(() => files.create(path)).end()).close();
    expect(await readFile(path, 'utf8')).toBe('');
  });

  it.runIf(process.platform === 'linux')('says at its end that the disk is full', async () => {
    const files = createOutputFiles(createTransferClock(), createDiskCall());
    const full = { ...(await files.create(join(await makeFolder(), 'x'))), path: '/dev/full' };
    const failing = {
      ...full,
      write: async () => {
        const { open } = await import('node:fs/promises');
        const handle = await open('/dev/full', 'w');
        try {
          await handle.write('x');
        } finally {
          await handle.close();
        }
      },
    };
    const writer = createFileWriter(() => Promise.resolve(failing));
    for (let at = 0; at < 5; at++) await writer.write(noise(1_000_000));
    await expect(writer.end()).rejects.toMatchObject({ code: 'ENOSPC' });
    await writer.abandon();
  });
});
