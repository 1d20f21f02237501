import { DISK_STEPS, type DiskFault, type DiskStep } from './disk-fault.js';
import { DISK_ROWS } from './disk-faults.js';
import { whyNot } from './disk-means.js';
import { runDiskCell, startDiskBench } from './run-disk-cell.js';

/** The position of a cell in the table, and its fault. */
export interface DiskPlace {
  name: string;
  step: DiskStep;
  fault: DiskFault;
}

/** The texts of the cells, by {@link placeKey}. */
export type DiskTexts = ReadonlyMap<string, string>;

export const placeKey = ({ name, step }: Pick<DiskPlace, 'name' | 'step'>): string => `${name}, ${step}`;

/** Returns all cells that have a fault. */
export function diskPlaces(): DiskPlace[] {
  return DISK_ROWS.flatMap(({ name, at }) =>
    DISK_STEPS.flatMap((step) => {
      const fault = at[step];
      return fault ? [{ name, step, fault }] : [];
    }),
  );
}

/** Runs every disk fault that can be caused on this system. */
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
