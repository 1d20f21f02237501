/** Writes a small file in a process that has no descriptor left until a while later. */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/clock.js';
import { createDiskCall } from '../../src/node/disk/disk-call.js';
import { createOutputFiles } from '../../src/node/disk/output-files.js';

const folder = process.argv[2] ?? '';
const taken: number[] = [];
try {
  for (;;) taken.push(openSync(folder, 'r'));
} catch {
  // There is none left.
}
const written = createOutputFiles(systemClock, createDiskCall()).write(join(folder, 'small'), Buffer.from('small'));
setTimeout(() => taken.forEach((descriptor) => closeSync(descriptor)), 50);
console.log((await written).mtimeMs > 0);
