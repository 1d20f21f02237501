import { allFaults, STEPS, type FaultKind, type Step } from './faults.js';
import { runCell, startColumn, type Cell } from './run-cell.js';

/** A row of the table: a fault and its outcome at each step. */
export interface Row {
  fault: FaultKind;
  /** A cell is undefined if the fault cannot happen at that step. */
  cells: Map<Step, Cell | undefined>;
}

/** Runs every fault at every step. */
export async function runMatrix(): Promise<Row[]> {
  const rows = allFaults().map((fault): Row => ({ fault, cells: new Map() }));
  const runStep = async (step: Step) => {
    const column = await startColumn(step);
    try {
      for (const { fault, cells } of rows) cells.set(step, await runCell(step, fault, column));
    } finally {
      await column.sandbox.close();
    }
  };
  await Promise.all(STEPS.map(runStep));
  return rows;
}

/** Collects the problems of all cells, which do not appear in the table. */
export function problemsIn(rows: readonly Row[]): string[] {
  return rows.flatMap(({ fault, cells }) =>
    [...cells].flatMap(([step, cell]) => (cell?.problems ?? []).map((text) => `${step}, ${fault.name}: ${text}`)),
  );
}
