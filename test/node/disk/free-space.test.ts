import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../../../src/clock.js';
import { createDiskCall } from '../../../src/node/disk/disk-call.js';
import { withinReservation } from '../../../src/node/disk/free-space.js';
import { createOutputFiles } from '../../../src/node/disk/output-files.js';
import { makeFolder } from '../../helpers/node-folder.js';
import { noise } from '../../helpers/node-zip.js';

it('what is written uses up what was spoken for, by whatever way', async () => {
  const folder = await makeFolder();
  let used = 0;
  const reservation = { use: (bytes: number) => void (used += bytes), end: () => undefined };
  const files = withinReservation(createOutputFiles(systemClock, createDiskCall()), reservation);
  await files.write(join(folder, 'small'), noise(700));
  expect(used).toBe(700);
  const file = await files.create(join(folder, 'large'));
  await file.write([noise(300), noise(70_000)], 0);
  await file.close();
  expect(used).toBe(71_000);
});
