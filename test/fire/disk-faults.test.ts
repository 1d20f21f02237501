import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { whyNot } from '../../scripts/fault-matrix/disk-means.js';
import { readDiskTexts } from '../../scripts/fault-matrix/render-matrix.js';
import { runDiskCell, startDiskBench, type DiskBench } from '../../scripts/fault-matrix/run-disk-cell.js';
import { diskPlaces, placeKey } from '../../scripts/fault-matrix/run-disk-matrix.js';

const page = await readFile(new URL('../../scripts/docs/guide/55-faults.md', import.meta.url), 'utf8');
const places = diskPlaces().map((place) => [placeKey(place), place.fault] as const);
let bench: DiskBench;
beforeAll(async () => (bench = await startDiskBench()));
afterAll(() => bench.close());

for (const [key, fault] of places) {
  it(`${key}: as the guide says, and nothing is lost`, async (context) => {
    const reason = fault.needs && whyNot(fault.needs);
    if (reason !== undefined) context.skip(reason);
    const { outcome, problems } = await runDiskCell(fault, bench);
    expect(problems).toEqual([]);
    expect(outcome).toBe(readDiskTexts(page).get(key));
  });
}

it('the guide has a cell for each fault of the disk, and no other', () => {
  const kept = [...readDiskTexts(page).keys()].filter((key) => !/^(Fault|-+),/.test(key));
  expect(kept.sort()).toEqual(places.map(([key]) => key).sort());
});
