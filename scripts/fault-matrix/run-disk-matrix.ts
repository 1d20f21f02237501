import { DISK_STEPS, type DiskFault, type DiskStep } from './disk-fault.js';
import { DISK_ROWS } from './disk-faults.js';
import { whyNot } from './disk-means.js';
import { runDiskCell, startDiskBench } from './run-disk-cell.js';

/** A cell of the table, and what it takes to know what is in it. */
export interface DiskPlace {
  name: string;
  step: DiskStep;
  fault: DiskFault;
}

/** What is in the cells, by {@link placeKey}. */
export type DiskTexts = ReadonlyMap<string, string>;

export const placeKey = ({ name, step }: Pick<DiskPlace, 'name' | 'step'>): string => `${name}, ${step}`;

/** The cells that are not empty. */
export function diskPlaces(): DiskPlace[] {
  return DISK_ROWS.flatMap(({ name, at }) =>
    DISK_STEPS.flatMap((step) => {
      const fault = at[step];
      return fault ? [{ name, step, fault }] : [];
    }),
  );
}

/** Makes every fault of the disk that can be made here. */
export async function runDiskMatrix(): Promise<{ texts: DiskTexts; problems: string[]; skipped: string[] }> {
  const texts = new Map<string, string>();
  const problems: string[] = [];
  const skipped: string[] = [];
  const bench = await startDiskBench();
  try {
    for (const place of diskPlaces()) {
      const key = placeKey(place);
      const why = place.fault.needs && whyNot(place.fault.needs);
      if (why !== undefined) {
        skipped.push(`${key}: ${why}`);
        continue;
      }
      const cell = await runDiskCell(place.fault, bench);
      texts.set(key, cell.outcome);
      problems.push(...cell.problems.map((text) => `${key}: ${text}`));
    }
  } finally {
    await bench.close();
  }
  return { texts, problems, skipped };
}
