import { allFaults, STEPS, type FaultKind, type Step } from './faults.js';
import { runCell, type Cell } from './run-cell.js';

/** A row of the table. */
export interface Row {
  fault: FaultKind;
  /** Undefined where the fault cannot happen. */
  cells: Map<Step, Cell | undefined>;
}

const AT_ONCE = 6;

/** Runs every fault at every step. */
export async function runMatrix(): Promise<Row[]> {
  // The clock of the cells begins at this time.
  const rows = allFaults(1_700_000_000_000).map((fault): Row => ({ fault, cells: new Map() }));
  const work = rows.flatMap((row) => STEPS.map((step) => ({ row, step })));
  const next = work.values();
  const run = async () => {
    for (const { row, step } of next) row.cells.set(step, await runCell(step, row.fault));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, run));
  return rows;
}
