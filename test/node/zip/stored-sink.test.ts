import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { mountSmall, unmount, whyNot } from '../../../scripts/fault-matrix/disk-means.js';
import { systemClock } from '../../../src/clock.js';
import { createDiskCall } from '../../../src/node/disk/disk-call.js';
import { createOutputFiles } from '../../../src/node/disk/output-files.js';
import { createStoredSink } from '../../../src/node/zip/stored-sink.js';
import { makeFolder } from '../../helpers/node-folder.js';
import { noise } from '../../helpers/node-zip.js';

it.skipIf(whyNot('mount') !== undefined)(
  'says of a small file that there was no room for it, and leaves nothing',
  async () => {
    const folder = await makeFolder();
    mountSmall(folder, 100_000);
    onTestFinished(() => unmount(folder));
    const files = createOutputFiles(systemClock, createDiskCall());
    const save = async (name: string) => {
      const sink = createStoredSink(join(folder, name), files, 60_000);
      await sink.write(noise(60_000));
      return { sink, end: sink.end() };
    };
    await (
      await save('first')
    ).end;
    const { sink, end } = await save('second');
    await expect(end).rejects.toMatchObject({ code: 'FILE_SYSTEM_ERROR', errno: 'ENOSPC' });
    await sink.discard();
    expect(await readdir(folder)).toEqual(['first']);
  },
);
