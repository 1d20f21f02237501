import { allFaults, STEPS, type FaultKind, type Step } from './faults.js';
import { runCell, startColumn, type Cell } from './run-cell.js';

/** A row of the table. */
export interface Row {
  fault: FaultKind;
  /** Undefined where the fault cannot happen. */
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

/** What must never be, whatever the table says. */
export function problemsIn(rows: readonly Row[]): string[] {
  return rows.flatMap(({ fault, cells }) =>
    [...cells].flatMap(([step, cell]) => (cell?.problems ?? []).map((text) => `${step}, ${fault.name}: ${text}`)),
  );
}
