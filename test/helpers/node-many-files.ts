/** Creates 300 files at once, in a process that may have few open. */
import { join } from 'node:path';
import { systemClock } from '../../src/clock.js';
import { createDiskCall } from '../../src/node/disk/disk-call.js';
import { createOutputFiles } from '../../src/node/disk/output-files.js';

const folder = process.argv[2] ?? '';
const files = createOutputFiles(systemClock, createDiskCall(), 300);
await Promise.all(
  Array.from({ length: 300 }, async (_, at) => {
    const file = await files.create(join(folder, `${at}`));
    await file.write([Buffer.from(`${at}`)], 0);
    await file.close();
  }),
);
