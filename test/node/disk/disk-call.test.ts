import { expect, it } from 'vitest';
import { createDiskCall, type DiskCall } from '../../../src/node/disk/disk-call.js';

/** A disk that takes so long for each call, and where the calls were done. */
function createDisk() {
  let time = 0;
  const disk = { takesMs: 0, here: 0, elsewhere: 0 };
  const call = createDiskCall(() => time);
  const use = (times: number) =>
    Promise.all(
      Array.from({ length: times }, () =>
        Promise.resolve(
          call(
            () => {
              disk.here++;
              time += disk.takesMs;
            },
            async () => {
              disk.elsewhere++;
              await Promise.resolve();
            },
          ),
        ),
      ),
    );
  return { disk, use };
}

it('calls a disk that answers at once on this thread', async () => {
  const { disk, use } = createDisk();
  disk.takesMs = 0.05;
  await use(2000);
  expect(disk).toMatchObject({ here: 2000, elsewhere: 0 });
});

it('forgives a call that takes long once', async () => {
  const { disk, use } = createDisk();
  disk.takesMs = 400;
  await use(1);
  disk.takesMs = 0.05;
  await use(100);
  expect(disk).toMatchObject({ here: 101, elsewhere: 0 });
});

it('leaves a slow disk to other threads, and tries it again now and then', async () => {
  const { disk, use } = createDisk();
  disk.takesMs = 1;
  await use(10_000);
  expect(disk.here).toBeGreaterThan(100);
  expect(disk.here).toBeLessThan(200);
  disk.takesMs = 0.05;
  await use(500);
  disk.elsewhere = 0;
  await use(1000);
  expect(disk.elsewhere).toBe(0);
});

it('passes results and errors on, wherever they come from', async () => {
  let time = 0;
  const slow = createDiskCall(() => (time += 10));
  // What throws here and what rejects elsewhere is one to those who wait.
  const call: DiskCall = async (here, elsewhere) => slow(here, elsewhere);
  const failure = new Error('no');
  const fail = () => {
    throw failure;
  };
  for (let times = 0; times < 3; times++) expect(await call(() => 'here', fail)).toBe('here');
  expect(await call(fail, () => Promise.resolve('elsewhere'))).toBe('elsewhere');
  await expect(call(fail, () => Promise.reject(failure))).rejects.toBe(failure);
  expect(() => createDiskCall(() => 0)(fail, fail)).toThrow(failure);
});
